const PROPOSED = /^It looks like (\S{1,100}) and seems to say /;

/** The product that a message looks like which was put aside for that alone; null: it was put aside for something else. */
export function proposedProduct(reason: string): string | null {
  return PROPOSED.exec(reason)?.[1] ?? null;
}
