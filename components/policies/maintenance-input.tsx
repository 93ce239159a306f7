import { Plus, X } from 'lucide-react';
import type { MaintenanceWindow } from '@/domain/schedule/maintenance';
import { Button } from '../ui/button';
import { type Reading, type Readers, UNREAD, useTyped } from './use-typed';

interface Props {
  label: string;
  windows: readonly MaintenanceWindow[];
  isDisabled: boolean;
  /** undefined: a row says no window yet. */
  onChange: (windows: MaintenanceWindow[] | undefined) => void;
}

/** A window as it is typed. Instants as 'YYYY-MM-DDTHH:mm' in UTC: a policy holds at sites of many zones. */
type Row =
  | { kind: 'weekly'; name: string; weekday: string; time: string; hours: string }
  | { kind: 'once'; name: string; from: string; until: string };

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const WINDOWS_MAX = 20;
const INPUT = 'border-edge bg-bg text-ink text-13 h-8 rounded-md border px-2';

/** The list of maintenance windows, each every week or once. */
export function MaintenanceInput({ label, windows, isDisabled, onChange }: Props) {
  const {
    typed: rows,
    problem,
    type: change,
  } = useTyped<readonly Row[], MaintenanceWindow[], readonly (string | null)[]>({
    value: [...windows],
    typedOf: (all) => all.map(rowOf),
    read: readRows,
    unread: [UNREAD],
    onChange,
  });

  const replace = (index: number, row: Row) => change(rows.map((one, at) => (at === index ? row : one)));
  return (
    <fieldset aria-label={label} className="flex min-w-0 flex-col gap-2">
      {rows.length === 0 && <span className="text-ink-3 text-xs">none</span>}
      {rows.map((row, index) => (
        // rows have nothing of their own but their place, and keep no state
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index} className="flex flex-wrap items-center gap-1.5">
          <RowInputs
            row={row}
            place={index + 1}
            isDisabled={isDisabled}
            onChange={(next) => replace(index, next)}
          />
          {!isDisabled && (
            <Button
              kind="quiet"
              className="!h-7 !px-1.5"
              aria-label={`Remove window ${index + 1}`}
              onClick={() => change(rows.filter((_, at) => at !== index))}
            >
              <X size={13} aria-hidden="true" />
            </Button>
          )}
          {problem?.[index] && <span className="text-bad text-xs">{problem[index]}</span>}
        </span>
      ))}
      {!isDisabled && rows.length < WINDOWS_MAX && (
        <span className="flex gap-1.5">
          <Button
            className="!h-7 !text-xs"
            onClick={() =>
              change([...rows, { kind: 'weekly', name: 'Patching', weekday: '0', time: '02:00', hours: '4' }])
            }
          >
            <Plus size={12} aria-hidden="true" /> Every week
          </Button>
          <Button
            className="!h-7 !text-xs"
            onClick={() => change([...rows, { kind: 'once', name: '', from: '', until: '' }])}
          >
            <Plus size={12} aria-hidden="true" /> Once
          </Button>
        </span>
      )}
    </fieldset>
  );
}

interface RowProps {
  row: Row;
  place: number;
  isDisabled: boolean;
  onChange: (row: Row) => void;
}

function RowInputs({ row, place, isDisabled, onChange }: RowProps) {
  const common = { disabled: isDisabled, className: INPUT };
  const name = (
    <input
      {...common}
      aria-label={`Window ${place}: name`}
      value={row.name}
      maxLength={200}
      placeholder="what for"
      onChange={(event) => onChange({ ...row, name: event.currentTarget.value })}
      className={`${INPUT} w-32`}
    />
  );
  if (row.kind === 'once')
    return (
      <>
        {name}
        <input
          {...common}
          type="datetime-local"
          aria-label={`Window ${place}: from, UTC`}
          value={row.from}
          onChange={(event) => onChange({ ...row, from: event.currentTarget.value })}
        />
        <span className="text-ink-3 text-xs">to</span>
        <input
          {...common}
          type="datetime-local"
          aria-label={`Window ${place}: until, UTC`}
          value={row.until}
          onChange={(event) => onChange({ ...row, until: event.currentTarget.value })}
        />
        <span className="text-ink-3 text-xs">UTC</span>
      </>
    );
  return (
    <>
      {name}
      <select
        {...common}
        aria-label={`Window ${place}: day`}
        value={row.weekday}
        onChange={(event) => onChange({ ...row, weekday: event.currentTarget.value })}
      >
        {WEEKDAYS.map((day, index) => (
          <option key={day} value={index}>
            {day}
          </option>
        ))}
      </select>
      <input
        {...common}
        type="time"
        aria-label={`Window ${place}: from`}
        value={row.time}
        onChange={(event) => onChange({ ...row, time: event.currentTarget.value })}
      />
      <span className="text-ink-3 text-xs">for</span>
      <input
        {...common}
        inputMode="decimal"
        aria-label={`Window ${place}: hours`}
        value={row.hours}
        onChange={(event) => onChange({ ...row, hours: event.currentTarget.value })}
        className={`${INPUT} w-12 text-right`}
      />
      <span className="text-ink-3 text-xs">h</span>
    </>
  );
}

function rowOf(window: MaintenanceWindow): Row {
  switch (window.kind) {
    case 'once':
      return {
        kind: 'once',
        name: window.name,
        from: minuteText(window.from),
        until: minuteText(window.until),
      };
    case 'weekly': {
      const { name, weekday, time, durationMinutes } = window;
      const hours = String(Math.round((durationMinutes / 60) * 100) / 100);
      return { kind: 'weekly', name, weekday: String(weekday), time, hours };
    }
  }
}

function minuteText(at: number): string {
  return new Date(at).toISOString().slice(0, 16);
}

/** Of each row what is wrong with it; null: nothing. */
function readRows(
  rows: readonly Row[],
  { maintenanceWindow }: Readers,
): Reading<MaintenanceWindow[], readonly (string | null)[]> {
  const all = rows.map((row) => ({ row, read: maintenanceWindow.safeParse(givenBy(row)) }));
  if (all.every(({ read }) => read.success))
    return { isRead: true, value: all.flatMap(({ read }) => read.data ?? []) };
  return {
    isRead: false,
    problem: all.map(({ row, read }) => (read.success ? null : problemIn(row, read.error.issues))),
  };
}

function problemIn(
  row: Row,
  [issue]: readonly { readonly code?: string; readonly message: string }[],
): string {
  return issue === undefined || issue.code === 'invalid_type' ? unreadable(row) : issue.message;
}

function givenBy(row: Row): unknown {
  switch (row.kind) {
    case 'once':
      return {
        kind: 'once',
        name: row.name.trim(),
        from: Date.parse(`${row.from}:00Z`),
        until: Date.parse(`${row.until}:00Z`),
      };
    case 'weekly':
      return {
        kind: 'weekly',
        name: row.name.trim(),
        weekday: Number(row.weekday),
        time: row.time,
        durationMinutes: Math.round(Number(row.hours.replace(',', '.')) * 60),
      };
  }
}

function unreadable(row: Row): string {
  return row.kind === 'once' ? 'Say from when until when.' : 'Enter a number of hours.';
}
