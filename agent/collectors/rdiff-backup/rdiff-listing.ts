/** One backup, as `rdiff-backup --parsable-output list increments` tells of it. */
export interface RdiffIncrement {
  takenAt: string;
  /** What the increment itself takes up, of the newest the whole mirror; null without `--size`. */
  sizeBytes: number | null;
}

/**
 * Reads the YAML that rdiff-backup prints (API 201): a list of maps with numbers. null when it is something else.
 * The newest is last. rdiff-backup also lists a backup that was cut short, at its own time or at that of the one before.
 */
export function readRdiffListing(stdout: string): RdiffIncrement[] | null {
  const document = /^---\n([\s\S]*?)^\.\.\.$/m.exec(stdout.replaceAll('\r\n', '\n'))?.[1];
  if (document === undefined) return null;
  if (document.trim() === '[]') return [];
  const maps = document.split(/^- /m).slice(1).map(mapIn);
  const increments = maps.flatMap((map) => {
    const takenAt = instantOf(map.get('time'));
    return takenAt === null ? [] : [{ takenAt, sizeBytes: bytesOf(map.get('size')) }];
  });
  return increments.length === maps.length && maps.length > 0 ? onceEach(increments) : null;
}

function onceEach(increments: readonly RdiffIncrement[]): RdiffIncrement[] {
  const byTime = new Map<string, RdiffIncrement>();
  for (const one of increments) {
    const before = byTime.get(one.takenAt)?.sizeBytes ?? null;
    const sizeBytes = one.sizeBytes === null ? null : (before ?? 0) + one.sizeBytes;
    byTime.set(one.takenAt, { takenAt: one.takenAt, sizeBytes });
  }
  return [...byTime.values()].toSorted((a, b) => Date.parse(a.takenAt) - Date.parse(b.takenAt));
}

/** `rdiff-backup 2.2.2`; null when it is something else. */
export function readRdiffVersion(stdout: string): string | null {
  return /^rdiff-backup (\d\S*)/m.exec(stdout)?.[1] ?? null;
}

function mapIn(text: string): ReadonlyMap<string, string> {
  const found = [...text.matchAll(/^ *([a-z_]+): (.*)$/gm)];
  return new Map(found.map(([, name = '', value = '']) => [name, value]));
}

function instantOf(text: string | undefined): string | null {
  const at = new Date(Number(text) * 1000);
  return text === undefined || !/^\d{1,12}$/.test(text) || Number.isNaN(at.getTime())
    ? null
    : at.toISOString();
}

function bytesOf(text: string | undefined): number | null {
  const bytes = Number(text);
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(bytes) ? bytes : null;
}
