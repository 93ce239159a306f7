import type { Tx } from './database';

export interface NewTestAssignment {
  readonly assignmentId: string;
  readonly clientId: string;
  readonly systemId: string;
  readonly personId: string;
  readonly personName: string;
  readonly assignedAt: Date;
  readonly assignedBy: string;
}

/** Asks somebody for the next restore test of a system; whoever was asked before has to be let go first. */
export async function insertTestAssignment(tx: Tx, mspId: string, made: NewTestAssignment): Promise<void> {
  await tx.restoreTestAssignment.create({ data: { mspId, ...made }, select: { assignmentId: true } });
}

/** Lets go whoever was asked for the next restore test of a system. */
export async function endTestAssignment(
  tx: Tx,
  mspId: string,
  systemId: string,
  { by, at }: { by: string; at: Date },
): Promise<void> {
  await tx.restoreTestAssignment.updateMany({
    where: { mspId, systemId, endedAt: null },
    data: { endedAt: at, endedBy: by },
  });
}
