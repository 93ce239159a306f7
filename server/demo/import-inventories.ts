import { type Instant, DAY } from '@/domain/time/instant';
import { csvLine } from '../csv';
import type { Database } from '../data/database';
import { excludeMachine } from '../services/exclude-machine';
import { importInventoryFile } from '../services/import-inventory';
import { type MadeClient, type MadeMsp, personOf } from './set-up-msp';
import type { DemoInventory } from './story';

/** Brings in what the RMM of each client that has one exports, and leaves out what somebody decided to. */
export async function importInventories(database: Database, msp: MadeMsp, at: Instant): Promise<void> {
  const technician = personOf(msp.cast, msp.people, 'technician');
  for (const client of msp.clients) {
    const { clientId, cast } = client;
    if (!cast.inventory) continue;
    const form = { clientId, csv: exportOf(client, cast.inventory), columns: null, source: 'RMM export' };
    await importInventoryFile(database, technician.scope, technician, form, at);
    for (const { days, ...excluded } of cast.inventory.excluded) {
      const until = new Date(at + days * DAY).toISOString();
      await excludeMachine(database, technician.scope, technician, clientId, { ...excluded, until }, at);
    }
  }
}

/** As an RMM writes it: names in capital letters, with the domain. */
function exportOf({ cast }: MadeClient, { domain, lacks, also }: DemoInventory): string {
  const known = cast.systems.filter(({ host }) => !lacks.includes(host));
  const site = cast.sites[0]?.name ?? '';
  const rows = [...known, ...also].map(({ host, kind }) => [`${host.toUpperCase()}.${domain}`, kind, site]);
  return [['Device Name', 'Device Type', 'Site'], ...rows].map(csvLine).join('');
}
