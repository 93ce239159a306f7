import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { countText } from '../format/amounts';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { historyStateMark } from './history-words';

interface ImportRow {
  readonly importId: string;
  readonly clientName: string;
  readonly timeZone: string;
  readonly name: string;
  readonly fileName: string;
  readonly state: 'draft' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly rowCount: number;
  readonly runCount: number;
  readonly createdAt: Date;
  readonly createdByName: string;
  readonly withdrawnAt: Date | null;
}

/** Files with history, each with how it stands. */
export function ImportTable({ imports, now }: { imports: readonly ImportRow[]; now: Instant }) {
  const head = (
    <>
      <Th>From</Th>
      <Th>Client</Th>
      <Th>State</Th>
      <Th className="text-right">Runs</Th>
      <Th className="text-right">Rows</Th>
      <Th className="pl-4">Sent</Th>
    </>
  );
  return (
    <Table head={head}>
      {imports.map((one) => {
        const [tone, word] = historyStateMark(one.state, one.withdrawnAt !== null);
        return (
          <Tr key={one.importId} data-row="" data-history-import-id={one.importId}>
            <Td at="second">
              <span className="block max-w-[44ch] truncate" title={one.fileName}>
                <Link
                  href={`/agents/imports/${one.importId}`}
                  data-row-link=""
                  className="font-medium hover:underline"
                >
                  {one.name}
                </Link>
                <span className="text-ink-3"> {one.fileName}</span>
              </span>
            </Td>
            <Td at="third" className="@max-2xl:text-ink-3">
              <span className="block max-w-[28ch] truncate">{one.clientName}</span>
            </Td>
            <Td at="first">
              <Mark tone={tone}>{word}</Mark>
            </Td>
            <Td at="first-right" className="text-right tabular-nums">
              {one.state === 'done' ? countText(one.runCount) : '–'}
              <span className="@2xl:hidden"> runs</span>
            </Td>
            <Td at="hidden" className="text-right tabular-nums">
              {countText(one.rowCount)}
            </Td>
            <Td at="third-right" className="text-ink-2 @2xl:pl-4">
              <Moment at={one.createdAt.getTime()} timeZone={one.timeZone} now={now} isShort /> by{' '}
              {one.createdByName}
            </Td>
          </Tr>
        );
      })}
    </Table>
  );
}
