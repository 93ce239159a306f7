import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { importInventoryFile } from '@/server/services/import-inventory';
import { INVENTORY_BYTES_MAX, inventoryFileForm } from '@/server/services/inventory-forms';

/** Brings in a file with the inventory of one or several clients. 201 with `{imports}`, one a client. */
export const POST = withRoute(
  { permission: 'declare', body: inventoryFileForm, bodyBytesMax: INVENTORY_BYTES_MAX },
  async ({ scope, session, body }) => {
    const imports = await importInventoryFile(webDatabase(), scope, session, body, Date.now());
    return Response.json({ imports }, { status: 201 });
  },
);
