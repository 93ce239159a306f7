import type { Instant } from '@/domain/time/instant';
import { countText } from '../format/amounts';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { UndoImportButton } from './undo-import-button';

interface ShownImport {
  readonly importId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly source: string;
  readonly machineCount: number;
  readonly importedAt: Date;
  readonly importedByName: string;
}

interface Props {
  imports: readonly ShownImport[];
  mayImport: boolean;
  timeZone: string;
  now: Instant;
}

/** The list that holds for each client: where it comes from, and who brought it in. */
export function ImportList({ imports, mayImport, timeZone, now }: Props) {
  const head = (
    <>
      <Th>Client</Th>
      <Th>From</Th>
      <Th className="text-right">Machines</Th>
      <Th className="pl-4">Imported</Th>
      <Th>
        <span className="sr-only">Undo</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {imports.map((one) => (
        <Tr key={one.importId} data-row="">
          <Td at="first">
            <Link
              href={`/coverage?client=${one.clientId}`}
              data-row-link=""
              className="block max-w-[34ch] truncate font-medium hover:underline"
            >
              {one.clientName}
            </Link>
          </Td>
          <Td at="second" className="text-ink-2">
            <span className="block max-w-[34ch] truncate" title={one.source}>
              {one.source}
            </span>
          </Td>
          <Td at="first-right" className="text-right tabular-nums">
            {countText(one.machineCount)}
          </Td>
          <Td at="third" className="text-ink-2 @2xl:pl-4">
            <Moment at={one.importedAt.getTime()} timeZone={timeZone} now={now} /> by {one.importedByName}
          </Td>
          <Td at="third-right" className="text-right @2xl:py-0.5">
            {mayImport && <UndoImportButton importId={one.importId} clientName={one.clientName} />}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
