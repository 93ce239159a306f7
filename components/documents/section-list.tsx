'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import { REPORT_SECTIONS, type ReportSection } from '@/domain/report/report-template';
import { Button } from '../ui/button';

interface Props {
  /** Those that are in, in their order. */
  sections: readonly ReportSection[];
  onChange: (sections: ReportSection[]) => void;
  error: string | undefined;
}

/** Which sections a report has and in which order; what cannot be left out says why. */
export function SectionList({ sections, onChange, error }: Props) {
  const out = REPORT_SECTIONS.filter(({ id }) => !sections.includes(id));
  const rows = [...sections.flatMap((id) => REPORT_SECTIONS.filter((section) => section.id === id)), ...out];
  const move = (from: number, to: number): void => {
    const next = sections.filter((_, at) => at !== from);
    const [moved] = sections.slice(from, from + 1);
    if (moved) onChange(next.toSpliced(to, 0, moved));
  };
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="text-sm font-medium">Sections</legend>
      <p className="text-ink-3 text-xs">
        The answer to “are we protected” and the counts behind it stand on top of every report. What tells bad
        news, or how far the evidence goes, can be moved but not left out.
      </p>
      {error && <p className="text-bad text-xs">{error}</p>}
      <ol className="border-line divide-line mt-1 divide-y rounded-md border">
        {rows.map(({ id, name, tells, isRequired, why }) => {
          const at = sections.indexOf(id);
          return (
            <li key={id} className="flex items-start gap-2.5 px-3 py-2">
              <input
                type="checkbox"
                id={`section-${id}`}
                checked={at >= 0}
                disabled={isRequired}
                aria-label={name}
                aria-describedby={`section-${id}-tells`}
                onChange={() => onChange(at >= 0 ? sections.filter((one) => one !== id) : [...sections, id])}
                className="accent-accent mt-0.5 size-4 flex-none"
              />
              <div className="min-w-0 flex-1">
                <label htmlFor={`section-${id}`} className="text-13 font-medium">
                  {name}
                </label>
                <p id={`section-${id}-tells`} className="text-ink-3 text-xs">
                  {tells}
                  {isRequired && <span className="text-ink-2 block">Always there: {why}.</span>}
                </p>
              </div>
              {at >= 0 && (
                <span className="flex flex-none">
                  <Button
                    kind="quiet"
                    className="!h-7 !px-1.5"
                    aria-label={`Move ${name} up`}
                    disabled={at === 0}
                    onClick={() => move(at, at - 1)}
                  >
                    <ArrowUp size={14} aria-hidden="true" />
                  </Button>
                  <Button
                    kind="quiet"
                    className="!h-7 !px-1.5"
                    aria-label={`Move ${name} down`}
                    disabled={at === sections.length - 1}
                    onClick={() => move(at, at + 1)}
                  >
                    <ArrowDown size={14} aria-hidden="true" />
                  </Button>
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </fieldset>
  );
}
