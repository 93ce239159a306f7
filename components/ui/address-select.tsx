'use client';

import { useSearchParams } from 'next/navigation';
import { useAddressFilter } from './use-address-filter';

interface Props {
  label: string;
  /** What stands there while nothing is chosen. */
  any: string;
  /** Of the parameter in the address. */
  name: string;
  choices: readonly { readonly value: string; readonly name: string }[];
}

/** A choice that lives in the address; each change asks at once. */
export function AddressSelect({ label, any, name, choices }: Props) {
  const query = useSearchParams();
  const ask = useAddressFilter();
  const value = query.get(name) ?? '';
  const isKnown = value === '' || choices.some((choice) => choice.value === value);
  return (
    <select
      aria-label={label}
      className="border-edge bg-bg text-ink text-13 h-8 max-w-[170px] rounded-md border px-2"
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
