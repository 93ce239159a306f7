import { Mark, RunMark } from '../backup/status-mark';
import { countText } from '../format/amounts';
import { Table, Td, Th, Tr } from '../ui/table';
import type { PreviewAnswer, PreviewedItem } from './pull-answers';
import { Moment } from '../ui/moment';

const HEAD = (
  <>
    <Th>Ended</Th>
    <Th>Read as</Th>
    <Th>Job</Th>
    <Th>System</Th>
  </>
);

/** What the first pull would bring and how it would be read; nothing of it is kept. */
export function PreviewTable({
  preview: { items, count, readable, hasMore },
  timeZone,
  now,
}: {
  preview: Extract<PreviewAnswer, { isReached: true }>;
  timeZone: string;
  now: number;
}) {
  return (
    <section aria-label="Dry run" className="flex flex-col gap-2">
      <output className="text-13">
        {count === 0
          ? 'The server was asked for the last seven days, and nothing that is told of ended in them.'
          : `${countText(count)}${hasMore ? ' and more' : ''} in the last seven days, of which ${countText(readable)} ${readable === 1 ? 'makes a run' : 'make runs'}. Nothing is kept.`}
      </output>
      {items.length > 0 && (
        <Table head={HEAD}>
          {items.map((item, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the same run may be told of twice
            <Row key={index} item={item} timeZone={timeZone} now={now} />
          ))}
        </Table>
      )}
    </section>
  );
}

function Row({
  item: { at, system, job, status, reason },
  timeZone,
  now,
}: {
  item: PreviewedItem;
  timeZone: string;
  now: number;
}) {
  return (
    <Tr>
      <Td at="first-right">
        {at === null ? (
          <span className="text-ink-3">not said</span>
        ) : (
          <Moment at={Date.parse(at)} timeZone={timeZone} now={now} />
        )}
      </Td>
      <Td at="first">
        {status === null ? <Mark tone="unk">Put aside</Mark> : <RunMark status={status} isPartial={false} />}
      </Td>
      <Td at="second" className="!whitespace-normal">
        {reason ?? job}
      </Td>
      <Td at="third" className="[overflow-wrap:anywhere]">
        {system}
      </Td>
    </Tr>
  );
}
