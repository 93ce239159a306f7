/** Where something does not hold, and why. */
export interface Problem {
  readonly file: string;
  readonly seq: number | null;
  readonly why: string;
}
/** Ends a part of the check. */
export class Broken extends Error {
  readonly where: Problem;
  constructor(file: string, seq: number | null, why: string) {
    super(why);
    this.where = { file, seq, why };
  }
}
