import { clsx } from 'clsx';
import { type ComponentProps, useId } from 'react';

type Props = Omit<ComponentProps<'textarea'>, 'id'> & {
  name: string;
  label: string;
  help?: string;
  error?: string | undefined;
};

/** A labelled text of several lines. */
export function TextAreaField({ label, help, error, className, ...area }: Props) {
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
      <textarea
        rows={2}
        {...area}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        className={clsx(
          'border-edge bg-bg text-ink aria-invalid:border-bad rounded-md border px-3 py-1.5',
          className ?? 'text-sm',
        )}
      />
      {error && (
        <p id={`${id}-error`} className="text-bad text-xs">
          {error}
        </p>
      )}
    </div>
  );
}
