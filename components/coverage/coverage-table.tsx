import type { CoveredMachine } from '@/domain/coverage/coverage';
import { bareHostKey, hostKey } from '@/domain/coverage/host-key';
import type { Instant } from '@/domain/time/instant';
import { Mark, StatusMark, type Tone } from '../backup/status-mark';
import { dayText } from '../format/words';
import { Link } from '../ui/link';
import { type Sorting, SortTh } from '../ui/sort-th';
import { Table, Td, Th, Tr } from '../ui/table';
import { COVERAGE_WORD } from './coverage-words';
import { ExcludeDialog } from './exclude-dialog';
import { IncludeButton } from './include-button';

type CoverageTableRow = CoveredMachine & { readonly clientId: string; readonly clientName: string };

interface Props {
  machines: readonly CoverageTableRow[];
  /** Whether one may exclude. */
  mayDecide: boolean;
  timeZone: string;
  now: Instant;
  sorting: Sorting<'state' | 'machine' | 'client'>;
}

const TONE: Readonly<Record<CoveredMachine['state'], Tone>> = {
  'not-covered': 'bad',
  'not-in-inventory': 'risk',
  'backed-up': 'ok',
};

/** Machines from both sides: what the inventory says, and what is known of them. */
export function CoverageTable({ machines, mayDecide, timeZone, now, sorting }: Props) {
  const head = (
    <>
      <SortTh name="Machine" by="machine" sorting={sorting} />
      <SortTh name="Client" by="client" sorting={sorting} />
      <SortTh name="Coverage" by="state" sorting={sorting} />
      <Th className="@max-4xl:hidden">Kind, site</Th>
      <Th>System</Th>
      <Th>
        <span className="sr-only">Decide</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {machines.map((machine) => (
        <Tr
          key={`${machine.clientId} ${machine.state} ${machine.system?.systemId ?? machine.hostKey}`}
          data-row=""
          className="align-top"
        >
          <Td at="first">
            <Name machine={machine} />
          </Td>
          <Td at="third" className="@max-2xl:text-ink-3">
            <Link
              href={`/clients/${machine.clientId}`}
              className="block max-w-[24ch] truncate hover:underline"
            >
              {machine.clientName}
            </Link>
          </Td>
          <Td at="second">
            <Mark tone={TONE[machine.state]}>{COVERAGE_WORD[machine.state]}</Mark>
            {machine.exclusion && (
              <span className="text-ink-2 block max-w-[46ch] text-xs whitespace-normal">
                excluded until {dayText(machine.exclusion.validUntil, timeZone)} by{' '}
                {machine.exclusion.ownerName}: {machine.exclusion.reason}
              </span>
            )}
          </Td>
          <Td at="hidden" className="text-ink-2 @max-4xl:hidden">
            <span className="block max-w-[28ch] truncate">
              {[machine.listed?.kind, machine.listed?.siteName].filter(Boolean).join(', ') || '–'}
            </span>
          </Td>
          <Td at="first-right">
            <Known machine={machine} />
          </Td>
          <Td at="third-right" className="text-right @2xl:py-0.5">
            {mayDecide && <Decide machine={machine} now={now} />}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** Of a machine that no report named there is no page: its name leads to what the list says of it alone. */
function Name({ machine: { clientId, name, system } }: { machine: CoverageTableRow }) {
  const alone = new URLSearchParams({ client: clientId, q: name });
  return (
    <Link
      href={system ? `/systems/${system.systemId}` : `/coverage?${alone}`}
      data-row-link=""
      className="block max-w-[34ch] truncate font-medium hover:underline"
      title={name}
    >
      {name}
    </Link>
  );
}

/** What is known of it by reports; whether what backs it up is enough, its status says. */
function Known({ machine: { name, system, state } }: { machine: CoverageTableRow }) {
  if (!system) return <span className="text-ink-3">never heard of</span>;
  return (
    <span className="flex flex-col @max-2xl:items-end">
      {system.isBackedUp ? (
        <StatusMark status={system.status} />
      ) : (
        <span className="text-ink-2">
          {state === 'not-covered' ? 'known, without a job' : 'has no job yet'}
        </span>
      )}
      {bareHostKey(hostKey(system.name)) !== bareHostKey(hostKey(name)) && (
        <span className="text-ink-3 max-w-[28ch] truncate text-xs">as {system.name}</span>
      )}
    </span>
  );
}

function Decide({ machine, now }: { machine: CoverageTableRow; now: Instant }) {
  const { exclusion, clientId, name, state } = machine;
  if (exclusion) return <IncludeButton exclusion={exclusion} clientId={clientId} name={machine.hostKey} />;
  if (state === 'backed-up') return null;
  return <ExcludeDialog clientId={clientId} name={name} state={state} now={now} />;
}
