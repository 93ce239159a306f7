'use client';

import { useSearchParams } from 'next/navigation';
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
      <Choose label="Who" any="Anybody" name="who" choices={people} query={query} ask={ask} />
      <Choose label="Client" any="Any client" name="client" choices={clients} query={query} ask={ask} />
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

function Choose({
  label,
  any,
  name,
  choices,
  query,
  ask,
}: FieldProps & { any: string; choices: readonly Choice[] }) {
  const value = query.get(name) ?? '';
  const isKnown = value === '' || choices.some((choice) => choice.value === value);
  return (
    <select
      aria-label={label}
      className={`${FIELD} max-w-[200px]`}
      value={value}
      onChange={(event) => ask(name, event.currentTarget.value)}
    >
      <option value="">{any}</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.name}
        </option>
      ))}
      {!isKnown && <option value={value}>The chosen one</option>}
    </select>
  );
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
