import type { HostileResult } from './run-hostile';

/** What a run of hostile requests must come to, whatever its seed. */
export const HARMLESS: Partial<HostileResult> = {
  wrongAnswers: [],
  wrongReports: [],
  lost: [],
  strayRows: [],
  changedElsewhere: [],
  waiting: [],
  failed: [],
  complaints: [],
  isHonestReportEvaluated: true,
  areBothAlive: true,
  exitCodes: [0, 0],
};
