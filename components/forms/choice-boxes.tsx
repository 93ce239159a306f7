import { type ReactNode, useState } from 'react';
import { SelectField } from './select-field';

/** A choice of two, of which the second has fields of its own. */
export function AllOrSome({
  label,
  name,
  all,
  some,
  isSome: wasSome,
  values: [forAll, forSome] = ['all', 'some'],
  children,
}: {
  label: string;
  name: string;
  all: string;
  some: string;
  isSome: boolean;
  values?: readonly [string, string];
  children: ReactNode;
}) {
  const [isSome, setIsSome] = useState(wasSome);
  return (
    <>
      <SelectField
        label={label}
        name={name}
        value={isSome ? forSome : forAll}
        onChange={(event) => setIsSome(event.target.value === forSome)}
      >
        <option value={forAll}>{all}</option>
        <option value={forSome}>{some}</option>
      </SelectField>
      {isSome && <div className="border-line-2 flex flex-col gap-3 border-l-2 pl-3">{children}</div>}
    </>
  );
}

/** Boxes of which any number may be ticked. */
export function Boxes({
  legend,
  name,
  choices,
  chosen,
  isInLine = false,
}: {
  legend: string;
  name: string;
  choices: readonly { readonly value: string; readonly label: string }[];
  chosen: readonly string[];
  isInLine?: boolean;
}) {
  const look = isInLine ? 'flex flex-wrap gap-x-4' : 'max-h-44 overflow-y-auto';
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      <div className={look}>
        {choices.map(({ value, label }) => (
          <Box key={value} name={name} value={value} label={label} isChosen={chosen.includes(value)} />
        ))}
      </div>
    </fieldset>
  );
}

export function Box({
  name,
  value = 'on',
  label,
  isChosen,
}: {
  name: string;
  value?: string;
  label: string;
  isChosen: boolean;
}) {
  return (
    <label className="text-13 flex min-h-7 items-center gap-2">
      <input
        type="checkbox"
        aria-label={label}
        name={name}
        value={value}
        defaultChecked={isChosen}
        className="accent-accent size-4"
      />
      {label}
    </label>
  );
}
