import type { Tx } from './database';
import { declarationsOf } from './declared-attributes';

/** Where these systems stand, as their verdicts take it: declared, else from the inventory of sites. Those of no site are left out. */
export async function sitesOfSystems(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const systems = await tx.system.findMany({
    where: { mspId, systemId: { in: [...systemIds] } },
    select: { systemId: true, siteId: true },
  });
  const declared = await declarationsOf(tx, mspId, systemIds, []);
  return new Map(
    systems.flatMap(({ systemId, siteId }) => {
      const site = declared.ofSystem(systemId).site(null)?.value.siteId ?? siteId;
      return site === null ? [] : [[systemId, site] as const];
    }),
  );
}
