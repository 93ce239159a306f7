/** What the server would not take, in words, and by field. */
export interface SetUpProblem {
  readonly sentence: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Posts the form; null: the owner exists now. */
export async function postSetUp(form: Readonly<Record<string, unknown>>): Promise<SetUpProblem | null> {
  try {
    const response = await fetch('/api/v1/set-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(form),
    });
    if (response.ok) return null;
    if (response.status === 404) return { sentence: 'Somebody has set this up already.', fields: {} };
    const { detail, fields } = await response.json();
    return { sentence: String(detail), fields: fields ?? {} };
  } catch {
    // No answer, or not one of ours: there is nothing better to say.
    return { sentence: 'Holdfast did not answer. Please try again.', fields: {} };
  }
}
