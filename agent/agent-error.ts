/** Exit codes of the agent, after sysexits.h; `run` alone ends with the code of the command it ran. */
export const exitCode = {
  ok: 0,
  failure: 1,
  usage: 64,
  unavailable: 69,
  kept: 75,
  refused: 77,
  config: 78,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** A failure that is explained to a person: what happened, and what to do about it. Neither may hold a secret. */
export class AgentError extends Error {
  readonly exitCode: ExitCode;
  readonly cure: string;

  constructor(code: ExitCode, message: string, cure: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AgentError';
    this.exitCode = code;
    this.cure = cure;
  }
}
