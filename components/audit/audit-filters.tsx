'use client';

import { useSearchParams } from 'next/navigation';
import { AddressSelect } from '../ui/address-select';
import { useAddressFilter } from '../ui/use-address-filter';

interface Choice {
  value: string;
  name: string;
}

interface Props {
  people: readonly Choice[];
  clients: readonly Choice[];
}

const FIELD = 'border-edge bg-bg text-ink text-13 h-8 rounded-md border px-2';

/** Who, whose, and which days, kept in the address; each change asks at once. */
export function AuditFilters({ people, clients }: Props) {
  const query = useSearchParams();
  const ask = useAddressFilter();
  return (
    <>
      <AddressSelect label="Who" any="Anybody" name="who" choices={people} />
      <AddressSelect label="Client" any="Any client" name="client" choices={clients} />
      <Day label="From" name="from" query={query} ask={ask} />
      <Day label="to" name="to" query={query} ask={ask} />
    </>
  );
}

interface FieldProps {
  label: string;
  name: string;
  query: URLSearchParams;
  ask: (name: string, value: string) => void;
}

function Day({ label, name, query, ask }: FieldProps) {
  return (
    <label className="text-13 text-ink-2 inline-flex items-center gap-1.5">
      {label}
      <input
        key={query.get(name) ?? ''}
        type="date"
        aria-label={name === 'from' ? 'First day' : 'Last day'}
        defaultValue={query.get(name) ?? ''}
        onChange={(event) => ask(name, event.currentTarget.value)}
        className={FIELD}
      />
    </label>
  );
}
