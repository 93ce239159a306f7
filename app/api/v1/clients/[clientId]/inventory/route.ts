import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { replaceInventory } from '@/server/services/import-inventory';
import { INVENTORY_BYTES_MAX, inventoryForm } from '@/server/services/inventory-forms';

/** Makes this list a client's inventory. 200 with `{importId, clientId, added, changed, same, gone}`. */
export const PUT = withRoute(
  {
    permission: 'declare',
    params: z.object({ clientId: z.uuid() }),
    body: inventoryForm,
    bodyBytesMax: INVENTORY_BYTES_MAX,
  },
  async ({ scope, session, params, body }) =>
    Response.json(await replaceInventory(webDatabase(), scope, session, params.clientId, body, Date.now())),
);
