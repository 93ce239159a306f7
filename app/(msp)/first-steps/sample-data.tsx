import { counted } from '@/components/format/amounts';
import { ConfirmDialog } from '@/components/forms/confirm-dialog';
import { Section } from '@/components/ui/section';
import type { SampleExtent } from '@/server/data/sample-clients';

/** What is invented here, and the one click that removes it. */
export function SampleData({ extent }: { extent: SampleExtent }) {
  return (
    <Section id="sample-data" title="Sample data">
      <div className="border-line-2 text-13 text-ink-2 flex max-w-[860px] flex-col items-start gap-2.5 rounded-lg border px-4 py-3">
        <p>
          {counted(extent.clients, 'client')} here are invented. They show what Holdfast does, report by
          themselves, and are never proof of anything.
        </p>
        <ConfirmDialog
          title="Remove the sample data?"
          description={
            <>
              {goesWith(extent)}: they go for good, with their runs, findings, restore tests and everything
              else of theirs. People who see these clients alone are shut out. What stays: your own clients,
              your people, policies and settings, and the audit log, which tells that this was done.
            </>
          }
          label="Remove the sample data"
          confirm="Remove it for good"
          method="DELETE"
          address="/api/v1/sample-data"
          done="The sample data is gone."
        />
      </div>
    </Section>
  );
}

function goesWith({ clients, systems, agents, reports, documents }: SampleExtent): string {
  return [
    counted(clients, 'invented client'),
    counted(systems, 'system'),
    counted(agents, 'agent'),
    counted(reports, 'report'),
    counted(documents, 'document'),
  ].join(', ');
}
