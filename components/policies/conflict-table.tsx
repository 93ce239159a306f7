import { claimsKey, type RuleClaim } from '@/domain/policy/rule-claims';
import type { Instant } from '@/domain/time/instant';
import { Shape } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { claimsText } from './assignment-rule-words';
import { type ContestedSystem, DecideConflictDialog } from './decide-conflict-dialog';

interface ConflictRow extends ContestedSystem {
  readonly claims: readonly RuleClaim[];
  readonly foundAt: Date;
}

interface Props {
  conflicts: readonly ConflictRow[];
  timeZone: string;
  now: Instant;
  mayChange: boolean;
}

const SYSTEMS_NAMED = 5;

/** Systems whose rules contradict each other, until somebody says what holds: those of the same rules are one question. */
export function ConflictTable({ conflicts, timeZone, now, mayChange }: Props) {
  const head = (
    <>
      <Th>Systems</Th>
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
      {questionsOf(conflicts).map(({ key, claims, systems, foundAt }) => (
        <Tr key={key} data-row="">
          <Td at="first">
            <Systems systems={systems} />
          </Td>
          <Td at="second">
            <span className="flex items-baseline gap-1.5 [overflow-wrap:anywhere] whitespace-normal">
              <Shape tone="risk" size={10} /> {claimsText(claims)}
            </span>
          </Td>
          <Td at="third" className="text-ink-3">
            <Moment at={foundAt} timeZone={timeZone} now={now} />
          </Td>
          {mayChange && (
            <Td at="first-right" className="text-right">
              <DecideConflictDialog systems={systems} claims={claims} />
            </Td>
          )}
        </Tr>
      ))}
    </Table>
  );
}

interface Question {
  readonly key: string;
  readonly claims: readonly RuleClaim[];
  readonly systems: ContestedSystem[];
  /** Of the first of them. */
  foundAt: Instant;
}

function questionsOf(conflicts: readonly ConflictRow[]): Question[] {
  const questions = new Map<string, Question>();
  for (const { claims, foundAt, conflictId, systemId, systemName, clientName } of conflicts) {
    const key = claimsKey(claims);
    const question = questions.get(key) ?? { key, claims, systems: [], foundAt: foundAt.getTime() };
    question.systems.push({ conflictId, systemId, systemName, clientName });
    question.foundAt = Math.min(question.foundAt, foundAt.getTime());
    questions.set(key, question);
  }
  return [...questions.values()];
}

function Systems({ systems }: { systems: readonly ContestedSystem[] }) {
  const others = systems.length - SYSTEMS_NAMED;
  return (
    <span className="[overflow-wrap:anywhere] whitespace-normal">
      {systems.slice(0, SYSTEMS_NAMED).map(({ systemId, systemName, clientName }, index) => (
        <span key={systemId} className="block">
          <Link
            href={`/systems/${systemId}#policy`}
            {...(index === 0 && { 'data-row-link': '' })}
            className="font-medium hover:underline"
          >
            {systemName}
          </Link>
          <span className="text-ink-3"> of {clientName}</span>
        </span>
      ))}
      {others > 0 && <span className="text-ink-3 block">and {counted(others, 'more system')}</span>}
    </span>
  );
}
