/** Something that the person at the keyboard can act on: what failed, then what to do. Shown without a stack. */
export class Failure extends Error {
  /**
   * @param {string} what one sentence
   * @param {string} advice one sentence
   */
  constructor(what, advice) {
    super(`${what}\n  ${advice}`);
    this.name = 'Failure';
  }
}

/**
 * What to show for anything thrown: the sentence alone when it is meant for people, the stack when it is our own bug.
 * @param {unknown} error
 */
export function explain(error) {
  if (error instanceof Failure || error?.name === 'ConfigError') return error.message;
  if (error?.code === 'ENOSPC')
    return 'The disk is full.\n  Free some space and start again; nothing is half done.';
  if (error?.code === 'EACCES' || error?.code === 'EPERM')
    return `No permission: ${error.message}.\n  The folder may belong to another user (did root start it before?). Give it to yourself with chown, or set HOLDFAST_DATA_DIR.`;
  return error?.stack ?? String(error);
}
