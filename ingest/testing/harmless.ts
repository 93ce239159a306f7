import type { HostileResult } from './run-hostile';
import type { HostileMessagesResult } from './run-hostile-messages';

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

/** What a run of hostile messages must come to, whatever its seed. */
export const HARMLESS_MESSAGES: Partial<HostileMessagesResult> = {
  wrongAnswers: [],
  failed: [],
  waiting: 0,
  changedElsewhere: [],
  complaints: [],
  areBothAlive: true,
};
