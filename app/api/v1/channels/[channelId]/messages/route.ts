import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { readArrivedMessages } from '@/server/data/channel-screens';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

/** What came to a channel, newest first, at most 50, with what became of each and how the systems stand that it told of. */
export const GET = withRoute(
  { permission: 'view-agents', params: z.object({ channelId: z.uuid() }) },
  async ({ scope, params: { channelId } }) => {
    const arrived = await readArrivedMessages(webDatabase(), scope, channelId, new Date());
    if (!arrived) throw nothingHere();
    return Response.json(arrived);
  },
);
