import type { Metadata } from 'next';
import { HealthTable } from '@/components/health/health-table';
import { OwnQueues } from '@/components/health/own-queues';
import { Mark } from '@/components/backup/status-mark';
import { counted } from '@/components/format/amounts';
import { Section } from '@/components/ui/section';
import { judgeOwnHealth, type HealthCheck } from '@/domain/health/own-health';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { readOwnHealth, readQueues } from '@/server/data/own-health';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Health of Holdfast' };

/** How Holdfast itself stands, in words without others' figures, and what of the MSP's own waits in it. */
export default async function HealthPage() {
  const session = await requireSession('view-health');
  const { scope } = session;
  const now = requestTime();
  const [msp, facts, queues] = await webDatabase().inScope(scope, async (tx) => [
    await findMsp(tx, scope.mspId),
    await readOwnHealth(tx),
    await readQueues(tx, scope.mspId, now),
  ]);
  const checks = judgeOwnHealth(facts, now.getTime());
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Health' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Health of Holdfast</h1>
        <p className="text-13 text-ink-2 mb-3 max-w-[80ch]">
          How Holdfast itself stands, measured every minute. Whoever runs this installation sees the figures
          with <code>npm run -s holdfast -- health</code>.
        </p>
        <p className="mb-2">
          <Verdict checks={checks} />
        </p>
        <HealthTable checks={checks} now={now.getTime()} />
        <Section id="own" title={`What waits of ${msp.name}`}>
          <OwnQueues queues={queues} timeZone={msp.timeZone} now={now.getTime()} />
        </Section>
      </main>
    </>
  );
}

function Verdict({ checks }: { checks: readonly HealthCheck[] }) {
  const countOf = (...states: HealthCheck['state'][]): number =>
    checks.filter(({ state }) => states.includes(state)).length;
  const wrong = countOf('bad', 'unknown');
  if (wrong > 0) return <Mark tone="bad">{counted(wrong, 'part needs', 'parts need')} somebody now</Mark>;
  const warnings = countOf('warning');
  if (warnings > 0) return <Mark tone="risk">Works; {counted(warnings, 'part')} to look at</Mark>;
  return <Mark tone="ok">Everything that is watched is in order</Mark>;
}
