import { z } from 'zod';
import { historySettings } from '@/domain/history/settings';
import { textLine, timeZone } from './form-fields';

/** What is said of a file that is sent as it is, in the address. */
export const historyUpload = z.strictObject({
  clientId: z.uuid('Choose the client.'),
  name: textLine('where the history comes from, such as Backup Radar'),
  fileName: textLine('the name of the file'),
});
export type HistoryUpload = z.infer<typeof historyUpload>;

/** How a file is read, as its form sends it. */
export const historySettingsForm = historySettings.extend({ timeZone });
/** null: as it was said last, or as can be told by the file. */
export const historyPreviewForm = z.strictObject({ settings: historySettingsForm.nullable() });

/** Thousands of names may have to be explained. */
export const HISTORY_SETTINGS_BYTES_MAX = 2 * 1024 * 1024;
