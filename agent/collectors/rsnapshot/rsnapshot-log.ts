/** One call of rsnapshot, as its log tells it. */
export interface RsnapshotRun {
  /** The last word of the call: an interval, `sync`, or a destination that alone was synchronised. */
  name: string;
  /** As the log writes them: without a zone, in that of the machine. `endedAt` null: the log tells no end. */
  startedAt: string;
  endedAt: string | null;
  outcome: 'success' | 'warnings' | 'errors' | 'unfinished';
  /** What it warned of, or why it failed. */
  said: readonly string[];
}

const LINE = /^\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\] (.*)$/;
const END = /^completed(?: (successfully)|, but with (some warnings|some errors|no definite status))$/;

/**
 * The calls that the log tells of, oldest first; it must be of loglevel 2 or more. Several configurations may share a log:
 * `isOurs` says of the words of a call whether it was made with the right one.
 */
export function readRsnapshotLog(log: string, isOurs: (words: readonly string[]) => boolean): RsnapshotRun[] {
  const runs: OpenRun[] = [];
  for (const line of log.split('\n')) {
    const [, at, text = ''] = LINE.exec(line) ?? [];
    if (at !== undefined) take(runs, at, text);
  }
  return runs
    .filter(({ call }) => isOurs(call.split(' ')))
    .map(({ call, ...run }) => ({ name: call.split(' ').at(-1) ?? '', ...run }));
}

interface OpenRun extends Omit<RsnapshotRun, 'said' | 'name'> {
  call: string;
  said: string[];
}

function take(runs: OpenRun[], at: string, text: string): void {
  const started = /^(.*): started$/.exec(text);
  if (started) {
    runs.push({ call: started[1] ?? '', startedAt: at, endedAt: null, outcome: 'unfinished', said: [] });
    return;
  }
  const warning = /^WARNING: (.*)$/.exec(text)?.[1];
  const said = warning ?? text;
  // Warnings name no call, but for the one that a call ends with.
  const open =
    runs.findLast(({ call, endedAt }) => endedAt === null && said.startsWith(`${call}: `)) ??
    (warning === undefined ? undefined : runs.findLast(({ endedAt }) => endedAt === null));
  if (!open) return;
  // An end with errors names its call twice.
  const told = said.replaceAll(`${open.call}: `, '').replace(/^ERROR: /, '');
  const end = END.exec(told);
  if (!end) {
    open.said.push(told);
    // The other one goes on and writes to the same log.
    if (/^Lockfile .* can not continue/.test(told)) Object.assign(open, { endedAt: at, outcome: 'errors' });
    return;
  }
  open.endedAt = at;
  if (end[1]) open.outcome = 'success';
  else open.outcome = end[2] === 'some warnings' ? 'warnings' : 'errors';
}
