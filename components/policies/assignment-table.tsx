import type { Instant } from '@/domain/time/instant';
import { SendButton } from '../forms/send-button';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface AssignmentRow {
  assignmentId: string;
  level: 'client' | 'site' | 'tag' | 'system' | 'job';
  clientId: string | null;
  clientName: string | null;
  systemId: string | null;
  targetName: string;
  assignedAt: Date;
  assignedBy: string | null;
  ruleName: string | null;
}

interface Props {
  assignments: readonly AssignmentRow[];
  timeZone: string;
  now: Instant;
  mayChange: boolean;
}

/** What a policy holds for, and since when. */
export function AssignmentTable({ assignments, timeZone, now, mayChange }: Props) {
  const head = (
    <>
      <Th>Holds for</Th>
      <Th>Level</Th>
      <Th>Since</Th>
      {mayChange && (
        <Th>
          <span className="sr-only">End it</span>
        </Th>
      )}
    </>
  );
  return (
    <Table head={head}>
      {assignments.map((one) => (
        <Tr key={one.assignmentId} data-row="">
          <Td at="first">
            <Target assignment={one} />
          </Td>
          <Td at="second" className="text-ink-2">
            {one.level}
          </Td>
          <Td at="third" className="text-ink-3">
            <Moment at={one.assignedAt.getTime()} timeZone={timeZone} now={now} />
            {byText(one)}
          </Td>
          {mayChange && (
            <Td at="first-right" className="text-right">
              <SendButton
                method="DELETE"
                address={`/api/v1/policy-assignments/${one.assignmentId}`}
                label={`End the assignment to ${one.targetName}`}
                done={`It no longer holds for ${one.targetName}.`}
              >
                End
              </SendButton>
            </Td>
          )}
        </Tr>
      ))}
    </Table>
  );
}

function byText({ ruleName, assignedBy }: AssignmentRow): string | null {
  if (ruleName !== null) return ` by the rule ‘${ruleName}’`;
  return assignedBy && ` by ${assignedBy}`;
}

function Target({
  assignment: { level, clientId, clientName, systemId, targetName },
}: {
  assignment: AssignmentRow;
}) {
  const href = {
    client: `/clients/${clientId}`,
    system: `/systems/${systemId}`,
    site: null,
    tag: null,
    job: null,
  }[level];
  const of = level !== 'client' && clientName !== null ? ` of ${clientName}` : '';
  return (
    <>
      {href ? (
        <Link href={href} data-row-link="" className="font-medium hover:underline">
          {targetName}
        </Link>
      ) : (
        <span className="font-medium">{targetName}</span>
      )}
      <span className="text-ink-3">{level === 'tag' && clientName === null ? ' of any client' : of}</span>
    </>
  );
}
