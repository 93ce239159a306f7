import { z } from 'zod';
import { TRIED_WAYS } from '@/domain/connect/ways';
import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { tryWayIn } from '@/server/services/try-way-in';

/** Asks the public address of a way in, as products do. It changes nothing. */
export const POST = withRoute(
  { permission: 'manage-channels', body: z.strictObject({ way: z.enum(TRIED_WAYS) }) },
  async ({ body: { way } }) => Response.json(await tryWayIn(config().ingestOrigin, way)),
);
