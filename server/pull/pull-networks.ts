import { BlockList, isIP } from 'node:net';
import { isPublicAddress } from '../notify/public-address';

/** Says of an IP address whether a pull may go there: to the public internet, and to the networks that were named. */
export type PullReach = (ip: string) => boolean;

/** Clouds answer with their secrets at these: no network that is named holds them. */
const NEVER = ['169.254.169.254', '168.63.129.16', 'fd00:ec2::254'] as const;

/** @param networks as CIDR: `10.20.0.0/16` */
export function pullReach(networks: readonly string[]): PullReach {
  const named = new BlockList();
  for (const network of networks) {
    const [net = '', prefix = ''] = network.split('/');
    named.addSubnet(net, Number(prefix), isIP(net) === 6 ? 'ipv6' : 'ipv4');
  }
  const never = new BlockList();
  for (const ip of NEVER) never.addAddress(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
  return (ip) => {
    const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(ip) === 0 || ip.includes('%') || never.check(ip, family)) return false;
    return isPublicAddress(ip) || named.check(ip, family);
  };
}

/** Whether a text is a network as CIDR, on its own first address or not. */
export function isNetwork(text: string): boolean {
  const [net = '', prefix = '', ...rest] = text.split('/');
  const family = isIP(net);
  if (family === 0 || net.includes('%') || rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  return Number(prefix) <= (family === 6 ? 128 : 32);
}
