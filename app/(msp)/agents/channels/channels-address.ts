import { z } from 'zod';
import { CHANNEL_SORTS, CHANNEL_STATES, type ChannelView } from '@/server/data/channel-lists';
import { first, type GivenParameters, listParameters, listQuery, placeOf } from '../../list-address';

const parameters = z.object({
  ...listParameters,
  state: first
    .pipe(z.enum([...CHANNEL_STATES, 'aside']))
    .nullable()
    .catch(null),
});

/** Reads the parameters of the channels' address; what is not understood is left at its preset. */
export function readChannelsAddress(given: GivenParameters): ChannelView {
  const { state, client, ...place } = parameters.parse(given);
  return { ...placeOf(place, CHANNEL_SORTS), state, clientId: client };
}

/** The address of a view; presets are left out. */
export function channelsHref(view: ChannelView, changed: Partial<ChannelView> = {}): string {
  const { state, clientId: client, ...place } = { ...view, ...changed };
  const query = listQuery(place, CHANNEL_SORTS[0], { state, client });
  return query.size > 0 ? `/agents/channels?${query}` : '/agents/channels';
}
