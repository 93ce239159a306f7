import { useEffect, useState } from 'react';
import type { LeftOutReason, LeftOutRow, RowRun } from '@/domain/history/read-row';
import type { HistorySettings, ImportedStatus } from '@/domain/history/settings';
import type { HistoryLack, HistorySurvey } from '@/domain/history/survey';
import { readLines } from '../policies/read-lines';

/** What the route says of a file that is not brought in yet. */
export interface ShownHistory {
  readonly head: readonly string[];
  readonly settings: HistorySettings;
  readonly isRemembered: boolean;
  readonly survey: HistorySurvey;
  readonly lacks: readonly HistoryLack[];
  readonly counts: Readonly<Record<ImportedStatus, number>>;
  readonly leftOut: Readonly<Partial<Record<LeftOutReason, number>>>;
  readonly runs: readonly RowRun[];
  readonly leftOutRows: readonly LeftOutRow[];
}

export type HistoryReading =
  /** In rows that were looked at; each is looked at twice. */
  | { readonly state: 'running'; readonly done: number; readonly of: number }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly sentence: string; readonly askAgain: () => void };

/** While somebody types, the question waits for a pause. */
const QUIET_MS = 500;
const BROKEN_OFF = 'Reading the file broke off. Check the connection and try again.';

/**
 * What comes of a file that is read so (`settings` null: as the server thinks), asked for anew when it differs; what is overtaken is
 * dropped. `newest`: the last that was answered, whatever was asked since.
 */
export function useHistoryPreview(
  importId: string,
  settings: HistorySettings | null,
): { readonly reading: HistoryReading; readonly newest: ShownHistory | null; readonly isCurrent: boolean } {
  const [attempt, setAttempt] = useState(0);
  const [newest, setNewest] = useState<{ asked: string; shown: ShownHistory } | null>(null);
  const [told, setTold] = useState<{ asked: string; reading: HistoryReading } | null>(null);
  const isFirst = settings === null;
  const draft = JSON.stringify({ settings });
  const asked = `${attempt} ${draft}`;
  useEffect(() => {
    const overtaken = new AbortController();
    const tell = (reading: HistoryReading): void => {
      if (!overtaken.signal.aborted) setTold({ asked, reading });
    };
    const fail = (sentence: string): void =>
      tell({ state: 'failed', sentence, askAgain: () => setAttempt((former) => former + 1) });
    const read = async (): Promise<void> => {
      let isWhole = false;
      const address = `/api/v1/history-imports/${importId}/previews`;
      const refusal = await readLines(address, draft, overtaken.signal, (line) => {
        // A line of our own route's answer.
        const step = line as
          { kind: 'progress'; done: number; of: number } | { kind: 'preview'; preview: ShownHistory };
        if (step.kind === 'progress') return tell({ state: 'running', done: step.done, of: step.of });
        isWhole = true;
        if (overtaken.signal.aborted) return;
        setNewest({ asked, shown: step.preview });
        tell({ state: 'ready' });
      });
      if (refusal !== null) fail(refusal);
      else if (!isWhole) fail(BROKEN_OFF);
    };
    const timer = setTimeout(() => void read().catch(() => fail(BROKEN_OFF)), isFirst ? 0 : QUIET_MS);
    return () => {
      clearTimeout(timer);
      overtaken.abort();
    };
  }, [importId, draft, asked, isFirst]);
  return {
    reading: told?.asked === asked ? told.reading : { state: 'running', done: 0, of: 0 },
    newest: newest?.shown ?? null,
    isCurrent: newest?.asked === asked,
  };
}
