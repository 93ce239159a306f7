import { z } from 'zod';

/** Behind which sign-in a page of them begins, out of its address; null: at the newest. */
export function readSignInMark(given: string | string[] | undefined): string | null {
  const parsed = z.uuid().safeParse(given);
  return parsed.success ? parsed.data : null;
}
