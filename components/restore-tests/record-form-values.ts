import { isRestoreTest, PROOF_LEVELS, type RecordCheck } from '@/domain/restore-test/record';
import { fieldText } from '../forms/declaration-form';

const GIB = 1024 ** 3;

/** What the form says, as the server takes it. What the chosen level does not ask for is left out. */
export function recordIn(form: FormData, checkCount: number): Record<string, unknown> {
  const text = (name: string) => fieldText(form, name);
  const maybe = (name: string) => text(name) || null;
  const level = PROOF_LEVELS.find((one) => one === text('level')) ?? 'L0';
  const brings = level >= 'L2';
  const result = text('result');
  const hasFailed = result === 'failed' || result === 'partial';
  const how = text('how');
  return {
    pointId: text('pointId'),
    level,
    result,
    selection: {
      how,
      population: how === 'random' ? numberIn(text('population')) : null,
      seed: how === 'random' ? maybe('seed') : null,
      rule: maybe('rule'),
    },
    method: text('method'),
    scope: text('scope'),
    environment: brings ? text('environment') : 'nothing was restored',
    isIsolated: brings ? yesNo(text('isIsolated')) : null,
    startedAt: text('startedAt'),
    endedAt: text('endedAt'),
    phases: phasesIn(text('phases')),
    recoverySeconds: brings ? times(numberIn(text('recoveryMinutes')), 60) : null,
    bytesRestored: brings ? times(numberIn(text('gibRestored')), GIB) : null,
    dataAgeSeconds: times(numberIn(text('dataAgeHours')), 3600),
    checks: checksIn(form, checkCount).filter(isSaid),
    files: isRestoreTest(level) ? filesIn(text) : null,
    manifest:
      isRestoreTest(level) && text('manifestOrigin')
        ? { origin: text('manifestOrigin'), sha256: null }
        : null,
    anomalies: linesIn(text('anomalies')),
    failure: hasFailed
      ? {
          ticket: maybe('ticket'),
          cause: maybe('cause'),
          correctiveAction: maybe('correctiveAction'),
          owner: maybe('failureOwner'),
        }
      : null,
    malwareScan: text('scanTool') ? { tool: text('scanTool'), result: text('scanResult') } : null,
    exceptions: linesIn(text('exceptions')),
    lessons: maybe('lessons'),
    systemOwner: maybe('systemOwner'),
    dataClass: maybe('dataClass'),
    productVersion: maybe('productVersion'),
    retestOf: maybe('retestOf'),
  };
}

/** The criteria that stand in the fields of a form, empty ones too. */
function checksIn(form: FormData, checkCount: number): RecordCheck[] {
  return Array.from({ length: checkCount }, (_, index) => ({
    criterion: fieldText(form, `check.${index}.criterion`),
    isMet: yesNo(fieldText(form, `check.${index}.isMet`)),
    seen: fieldText(form, `check.${index}.seen`) || null,
  }));
}

const isSaid = ({ criterion, seen }: RecordCheck): boolean => criterion !== '' || seen !== null;

/** How the fields of a form begin for criteria that are corrected, by their names. */
export function checkValues(checks: readonly RecordCheck[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    checks.flatMap(({ criterion, isMet, seen }, index) => [
      [`check.${index}.criterion`, criterion],
      [`check.${index}.isMet`, MET_WORD[String(isMet)] ?? ''],
      [`check.${index}.seen`, seen ?? ''],
    ]),
  );
}

const MET_WORD: Readonly<Record<string, string>> = { true: 'yes', false: 'no' };

/** The criteria as a form corrects them; null: they stay as they are. One that nobody touched stays to the letter, line breaks too. */
export function correctedChecks(
  form: FormData,
  checkCount: number,
  before: readonly RecordCheck[],
): RecordCheck[] | null {
  const said = checksIn(form, checkCount)
    .map((check, index) => {
      const former = before[index];
      return former && isShownAs(former, check) ? former : check;
    })
    .filter(isSaid);
  return JSON.stringify(said) === JSON.stringify(before) ? null : said;
}

/** Whether a form that shows the one and was not touched says the other. */
function isShownAs(former: RecordCheck, said: RecordCheck): boolean {
  return (
    inOneLine(former.criterion) === said.criterion &&
    inOneLine(former.seen ?? '') === (said.seen ?? '') &&
    former.isMet === said.isMet
  );
}

/** As a field of one line shows it: it drops line breaks. */
const inOneLine = (text: string): string => text.replaceAll(/[\r\n]/g, '').trim();

/** What stands on the lines of a text. */
export function linesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** ‘start the database: 4’, in minutes; a line that says no minutes is sent as it is, for the server to say so. */
function phasesIn(text: string): unknown[] {
  return linesIn(text).map((line) => {
    const [, name = line, minutes = ''] = /^(.*?)\s*[:=]\s*([\d.,]+)(?:\s*min\w*)?$/.exec(line) ?? [];
    return { name, seconds: times(numberIn(minutes), 60) ?? 'no minutes' };
  });
}

function filesIn(text: (name: string) => string): Record<string, unknown> | null {
  const [matched, mismatched, missing] = ['matched', 'mismatched', 'missing'].map((name) =>
    numberIn(text(name)),
  );
  if (matched === null && mismatched === null && missing === null) return null;
  const selected = [matched, mismatched, missing].reduce<number>(
    (sum, count) => sum + (typeof count === 'number' ? count : 0),
    0,
  );
  return { selected, matched, mismatched, missing, unverifiable: null };
}

/** null: nothing entered; what is no number is sent as it is, for the server to say so. */
function numberIn(text: string): number | string | null {
  if (text === '') return null;
  const said = Number(text.replace(',', '.'));
  return Number.isFinite(said) ? said : text;
}

function times(said: number | string | null, factor: number): number | string | null {
  return typeof said === 'number' ? Math.round(said * factor) : said;
}

function yesNo(text: string): boolean | null {
  if (text === '') return null;
  return text === 'yes';
}
