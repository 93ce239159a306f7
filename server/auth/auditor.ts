import { nothingHere } from '../nothing-here';
import type { Auditor } from '../services/use-evidence-room';
import type { CurrentSession } from './current-session';

/** Who is in the evidence room, of a session that may be there. @throws AppError `not-found` for who is no auditor */
export function auditorOf(session: CurrentSession): Auditor {
  if (!session.grant) throw nothingHere();
  return { scope: session.scope, person: session, grant: session.grant };
}
