import { type ComponentProps, useId } from 'react';

type Props = Omit<ComponentProps<'input'>, 'id'> & {
  name: string;
  label: string;
  help?: string;
  /** What is wrong with it, in words. */
  error?: string | undefined;
};

/** A labelled text field with help above and its error below, both read out with it. */
export function FormField({ label, help, error, ...input }: Props) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-ink text-sm font-medium">
        {label}
      </label>
      {help && (
        <p id={`${id}-help`} className="text-ink-3 text-xs">
          {help}
        </p>
      )}
      <input
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        className="border-edge bg-bg text-ink aria-invalid:border-bad h-9 rounded-md border px-3 text-sm"
      />
      {error && (
        <p id={`${id}-error`} className="text-bad text-xs">
          {error}
        </p>
      )}
    </div>
  );
}
