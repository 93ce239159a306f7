import { type ComponentProps, type ReactNode, useId } from 'react';

type Props = Omit<ComponentProps<'select'>, 'id'> & {
  name: string;
  label: string;
  help?: ReactNode;
  error?: string | undefined;
};

/** A labelled choice, with help and its error read out with it. */
export function SelectField({ label, help, error, children, ...select }: Props) {
  const id = useId();
  const described = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {help && (
        <p id={`${id}-help`} className="text-ink-3 text-xs">
          {help}
        </p>
      )}
      <select
        {...select}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        className="border-edge bg-bg text-ink aria-invalid:border-bad h-9 w-full rounded-md border px-2 text-sm"
      >
        {children}
      </select>
      {error && (
        <p id={`${id}-error`} className="text-bad text-xs">
          {error}
        </p>
      )}
    </div>
  );
}
