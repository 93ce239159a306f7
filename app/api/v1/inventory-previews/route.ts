import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { INVENTORY_BYTES_MAX, inventoryPreviewForm } from '@/server/services/inventory-forms';
import { previewInventory } from '@/server/services/preview-inventory';

/** What bringing in a file would change; changes nothing. 200 with an `InventoryPreview`. */
export const POST = withRoute(
  { permission: 'declare', body: inventoryPreviewForm, bodyBytesMax: INVENTORY_BYTES_MAX },
  async ({ scope, body }) => Response.json(await previewInventory(webDatabase(), scope, body)),
);
