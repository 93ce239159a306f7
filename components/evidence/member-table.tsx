import type { Instant } from '@/domain/time/instant';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { AskDialog } from './ask-dialog';

/** A record of a population. */
export interface Member {
  readonly number: number;
  readonly key: string;
  readonly at: Instant;
  readonly systemName: string;
  readonly about: string;
  readonly result: string;
  readonly level: string | null;
  /** Only of a sample. */
  readonly drawValue?: string;
}

interface Props {
  clientId: string;
  population: string;
  members: readonly Member[];
  timeZone: string;
  now: Instant;
}

/** Records by their number in the whole list; of a sample with the value that drew each. */
export function MemberTable({ clientId, population, members, timeZone, now }: Props) {
  const isSample = members.some(({ drawValue }) => drawValue !== undefined);
  const hasLevel = members.some(({ level }) => level !== null);
  return (
    <Table
      head={
        <>
          <Th>No.</Th>
          {isSample && <Th>Draw value</Th>}
          <Th>At</Th>
          <Th>System</Th>
          <Th>About</Th>
          {hasLevel && <Th>Level</Th>}
          <Th>Result</Th>
          <Th>
            <span className="sr-only">Ask</span>
          </Th>
        </>
      }
    >
      {members.map((member) => (
        <Tr key={member.key}>
          <Td at="first-right">
            <span className="tabular-nums">{member.number}</span>
          </Td>
          {isSample && (
            <Td at="hidden">
              <span className="font-mono text-xs" title={member.drawValue}>
                {member.drawValue?.slice(0, 8)}
              </span>
            </Td>
          )}
          <Td at="second">
            <Moment at={member.at} timeZone={timeZone} now={now} />
          </Td>
          <Td at="first">
            <span title={member.key}>{member.systemName}</span>
          </Td>
          <Td at="third">{member.about}</Td>
          {hasLevel && <Td at="third-right">{member.level}</Td>}
          <Td at="second-right">{member.result}</Td>
          <Td at="fourth">
            <AskDialog
              clientId={clientId}
              itemKind={population}
              itemKey={member.key}
              name={`record ${member.number}, ${member.systemName}`}
            />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
