import type { Refusal } from './send-json';

/** Why a form was not taken, unless its fields say so. */
export function FormProblem({ refusal }: { refusal: Refusal | null }) {
  if (!refusal || Object.keys(refusal.fields).length > 0) return null;
  return (
    <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
      {refusal.sentence}
    </p>
  );
}
