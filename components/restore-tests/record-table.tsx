import type { ProofLevel, RecordResult, RestoreRecord } from '@/domain/restore-test/record';
import type { ReviewState } from '@/domain/restore-test/standing';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { LevelBadge } from './level-badge';
import { RESULT_TONE, RESULT_WORD, REVIEW_WORD } from './record-words';

export interface RecordRow {
  readonly recordId: string;
  readonly level: ProofLevel;
  readonly result: RecordResult;
  readonly performedAt: Instant;
  readonly review: ReviewState;
  readonly record: Pick<RestoreRecord, 'system' | 'client' | 'performer' | 'copy'>;
}

/** Records, each with what it proves and whether somebody looked at it. */
export function RecordTable({ records, now }: { records: readonly RecordRow[]; now: Instant }) {
  const head = (
    <>
      <Th>Result</Th>
      <Th>System</Th>
      <Th>Level</Th>
      <Th>Copy</Th>
      <Th>Tested</Th>
      <Th>By</Th>
      <Th>Review</Th>
    </>
  );
  return (
    <Table head={head}>
      {records.map(({ recordId, level, result, performedAt, review, record }) => (
        <Tr key={recordId}>
          <Td at="second">
            <Mark tone={RESULT_TONE[result]}>{RESULT_WORD[result]}</Mark>
          </Td>
          <Td at="first" className="min-w-0">
            <TextLink href={`/restore-tests/${recordId}`} className="font-medium">
              {record.system.name}
            </TextLink>
            <span className="text-ink-3"> · {record.client.name}</span>
          </Td>
          <Td at="second-right">
            <LevelBadge level={level} />
          </Td>
          <Td at="hidden">
            <span className="block max-w-[22ch] truncate" title={record.copy.repository}>
              {record.copy.repository}
            </span>
          </Td>
          <Td at="first-right" className="@max-2xl:text-ink-3">
            <Moment at={performedAt} timeZone={record.client.timeZone} now={now} isShort />
          </Td>
          <Td at="third">
            <span className="block max-w-[20ch] truncate">{performerText(record.performer)}</span>
          </Td>
          <Td at="third-right" className="text-ink-2">
            {REVIEW_WORD[review]}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** Who made a test: a person by name, or the agent on which machine. */
export function performerText(performer: RestoreRecord['performer']): string {
  return performer.kind === 'agent' ? `Agent on ${performer.name}` : performer.name;
}
