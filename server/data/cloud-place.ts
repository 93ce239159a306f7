import type { Place } from '@/domain/protection/facts';

/** Where the regions of Amazon S3 are, as far as their names tell: city, latitude, longitude. */
const REGIONS: Readonly<Record<string, readonly [string, number, number]>> = {
  'us-east-1': ['Virginia', 38.95, -77.45],
  'us-east-2': ['Ohio', 39.96, -83],
  'us-west-1': ['California', 37.35, -121.96],
  'us-west-2': ['Oregon', 45.87, -119.69],
  'ca-central-1': ['Montreal', 45.5, -73.6],
  'eu-central-1': ['Frankfurt', 50.11, 8.68],
  'eu-central-2': ['Zurich', 47.37, 8.54],
  'eu-west-1': ['Dublin', 53.35, -6.26],
  'eu-west-2': ['London', 51.51, -0.13],
  'eu-west-3': ['Paris', 48.86, 2.35],
  'eu-north-1': ['Stockholm', 59.33, 18.06],
  'eu-south-1': ['Milan', 45.46, 9.19],
  'ap-southeast-1': ['Singapore', 1.35, 103.82],
  'ap-southeast-2': ['Sydney', -33.87, 151.21],
  'ap-northeast-1': ['Tokyo', 35.68, 139.69],
  'sa-east-1': ['São Paulo', -23.55, -46.63],
};

/** The place that a public cloud's own address names; null: the address does not tell. */
export function cloudPlace(location: string): Place | null {
  const region = /s3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/i.exec(location)?.[1]?.toLowerCase();
  if (!region) return null;
  const known = REGIONS[region];
  return {
    siteId: `aws:${region}`,
    siteName: known ? `${known[0]} (AWS)` : `AWS ${region}`,
    latitude: known?.[1] ?? null,
    longitude: known?.[2] ?? null,
  };
}
