import { z } from 'zod';
import { HOST_KEY_MAX, hostKey } from '@/domain/coverage/host-key';
import { FILE_COLUMNS_MAX, FILE_RECORDS_MAX } from '@/domain/coverage/inventory-file';
import { textLine } from './form-fields';

/** The greatest inventory that is taken, as JSON with room for what its text is escaped by. */
export const INVENTORY_BYTES_MAX = 6 * 1024 * 1024;
const CSV_CHARACTERS_MAX = 5 * 1024 * 1024;

const column = z
  .int()
  .min(0)
  .max(FILE_COLUMNS_MAX - 1)
  .nullable();
const file = {
  /** null: a column of the file names it. */
  clientId: z.uuid().nullable(),
  csv: z.string().max(CSV_CHARACTERS_MAX, 'A file has at most 5 MB.'),
  /** Counted from 0; null: as the head suggests. */
  columns: z.strictObject({ name: column, kind: column, site: column, client: column }).nullable(),
};
const source = textLine('where the list comes from, such as RMM export');

/** A file to be looked at. */
export const inventoryPreviewForm = z.strictObject(file);
export type InventoryPreviewForm = z.infer<typeof inventoryPreviewForm>;

/** A file to be brought in. */
export const inventoryFileForm = z.strictObject({ ...file, source });
export type InventoryFileForm = z.infer<typeof inventoryFileForm>;

/** The whole inventory of one client, as a program sends it. */
export const inventoryForm = z.strictObject({
  source,
  machines: z
    .array(
      z.strictObject({
        name: textLine('the host name', HOST_KEY_MAX).refine(
          (name) => hostKey(name) !== '',
          'Enter the host name.',
        ),
        kind: z.enum(['server', 'workstation', 'vm', 'database', 'nas', 'saas']).nullable().default(null),
        siteName: textLine('the name of the site').nullable().default(null),
      }),
    )
    .min(1, 'Send at least one machine: the list takes the place of the one before.')
    .max(FILE_RECORDS_MAX, `Send at most ${FILE_RECORDS_MAX} machines.`),
});
export type InventoryForm = z.infer<typeof inventoryForm>;
