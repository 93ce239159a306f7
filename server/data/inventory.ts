import type { SystemKind } from '@/domain/protection/facts';
import type { Tx } from './database';
import { hostKeyOf } from './report-systems';

/** Makes the MSP of the transaction's context. */
export async function insertMsp(
  tx: Tx,
  msp: { mspId: string; name: string; timeZone: string; createdAt: Date },
): Promise<void> {
  await tx.msp.create({ data: msp });
}

/** A machine or service that somebody entered. Reports of its host are about it from then on. */
export interface NewSystem {
  readonly systemId: string;
  readonly clientId: string;
  /** null: nobody said where it stands. */
  readonly siteId: string | null;
  /** Its host name, which reports call it by. */
  readonly name: string;
  readonly kind: SystemKind;
  readonly createdAt: Date;
}

export async function insertSystems(tx: Tx, mspId: string, systems: readonly NewSystem[]): Promise<void> {
  await tx.system.createMany({
    data: systems.map((system) => ({ mspId, hostKey: hostKeyOf(system.name), ...system })),
  });
}
