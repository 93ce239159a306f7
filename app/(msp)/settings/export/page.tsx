import type { Metadata } from 'next';
import { buttonClass } from '@/components/ui/button';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { PageTop } from '../../page-top';

export const metadata: Metadata = { title: 'Export' };

const CONTENTS = [
  [
    'Clients, systems, jobs, repositories',
    'with every run, recovery point, verification and verdict that is kept',
  ],
  ['Reports as they came', 'each raw report, byte for byte, with its hash and signature'],
  ['Findings', 'with what was done about each, waivers, tickets and notifications'],
  ['Policies and declarations', 'every version, and who said what when'],
  ['Restore tests', 'records, reviews, corrections, and the files attached to them'],
  ['Documents', 'signed PDFs and their bundles'],
  ['The evidence log', 'the exact text of every event, and the personal values that are kept'],
  ['People', 'who has access, without passwords'],
] as const;

/** Everything out in one file: nobody is kept here by their data. */
export default async function ExportPage() {
  const session = await requireSession('export-everything');
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Export' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Export everything</h1>
        <p className="text-13 text-ink-2 mt-1 max-w-[80ch]">
          One file with all that your MSP has in Holdfast, in formats that any program reads: JSON lines in a
          gzipped tar, with the number of rows and the SHA-256 of each file. It is made while it downloads,
          which takes minutes for a large MSP; a download that breaks off is not whole. The audit log notes
          who took it.
        </p>
        <form method="post" action="/api/v1/exports" className="mt-4">
          <button type="submit" className={buttonClass('primary')}>
            Download everything
          </button>
        </form>
        <Section id="contents" title="What is in it">
          <dl className="text-13 grid max-w-[80ch] gap-x-6 gap-y-2 sm:grid-cols-[16rem_1fr]">
            {CONTENTS.map(([name, what]) => (
              <div key={name} className="contents">
                <dt className="font-medium">{name}</dt>
                <dd className="text-ink-2">{what}</dd>
              </div>
            ))}
          </dl>
        </Section>
        <Section id="left-out" title="What is not">
          <p className="text-13 text-ink-2 max-w-[80ch]">
            Secrets: keys, passwords, the addresses that let backups report, and credentials that are sealed
            for other systems. For evidence that proves itself offline, with both verifiers, take the{' '}
            <TextLink href="/audit" className="underline">
              evidence log
            </TextLink>
            . For a backup of the whole installation there is{' '}
            <code className="font-mono text-xs">holdfast backup</code>.
          </p>
        </Section>
      </main>
    </>
  );
}
