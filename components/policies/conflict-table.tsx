import type { RuleClaim } from '@/domain/policy/assignment-rules';
import type { Instant } from '@/domain/time/instant';
import { Shape } from '../backup/status-mark';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { claimsText } from './assignment-rule-words';
import { DecideConflictDialog } from './decide-conflict-dialog';

interface ConflictRow {
  readonly conflictId: string;
  readonly systemId: string;
  readonly systemName: string;
  readonly clientName: string;
  readonly claims: readonly RuleClaim[];
  readonly foundAt: Date;
}

interface Props {
  conflicts: readonly ConflictRow[];
  timeZone: string;
  now: Instant;
  mayChange: boolean;
}

/** Systems whose rules contradict each other, until somebody says what holds. */
export function ConflictTable({ conflicts, timeZone, now, mayChange }: Props) {
  const head = (
    <>
      <Th>System</Th>
      <Th>Rules</Th>
      <Th>Since</Th>
      {mayChange && (
        <Th>
          <span className="sr-only">Decide</span>
        </Th>
      )}
    </>
  );
  return (
    <Table head={head}>
      {conflicts.map(({ conflictId, systemId, systemName, clientName, claims, foundAt }) => (
        <Tr key={conflictId} data-row="">
          <Td at="first">
            <Link
              href={`/systems/${systemId}#policy`}
              data-row-link=""
              className="font-medium hover:underline"
            >
              {systemName}
            </Link>
            <span className="text-ink-3"> of {clientName}</span>
          </Td>
          <Td at="second">
            <span className="flex items-baseline gap-1.5 [overflow-wrap:anywhere] whitespace-normal">
              <Shape tone="risk" size={10} /> {claimsText(claims)}
            </span>
          </Td>
          <Td at="third" className="text-ink-3">
            <Moment at={foundAt.getTime()} timeZone={timeZone} now={now} />
          </Td>
          {mayChange && (
            <Td at="first-right" className="text-right">
              <DecideConflictDialog
                conflictId={conflictId}
                systemId={systemId}
                systemName={systemName}
                claims={claims}
              />
            </Td>
          )}
        </Tr>
      ))}
    </Table>
  );
}
