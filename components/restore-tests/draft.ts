/** What was entered in a form, by the names of its fields. */
export type Draft = Readonly<Partial<Record<string, string>>>;

const keyOf = (systemId: string): string => `holdfast restore test ${systemId}`;

/** What was entered for a system in this browser and not recorded yet. */
export function readDraft(systemId: string): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(systemId)) ?? '{}');
    if (kept === null || typeof kept !== 'object') return {};
    return Object.fromEntries(
      Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    // Nobody may keep anything here, or it is none of ours: the form begins empty.
    return {};
  }
}

/** Keeps what stands in a form. */
export function keepDraft(systemId: string, form: HTMLFormElement, checkCount: number): void {
  const entries = [...new FormData(form)].filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  try {
    const said = { ...Object.fromEntries(entries), checkCount: String(checkCount) };
    localStorage.setItem(keyOf(systemId), JSON.stringify(said));
  } catch {
    // Nobody may keep anything here: the form works without.
  }
}

/** Forgets it. */
export function clearDraft(systemId: string): void {
  try {
    localStorage.removeItem(keyOf(systemId));
  } catch {
    // There was nothing to forget.
  }
}
