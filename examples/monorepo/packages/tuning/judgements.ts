import type { Product } from '@shop/ranker';

const product = (id: string, title: string, description: string): Product => ({ id, title, description });

export const products: readonly Product[] = [
  product('tent-2', 'Two-person tent', 'Light tent for hiking, with two doors. Not for winter.'),
  product('tent-4', 'Family tent', 'Room for four people and their camping chairs; a tent for summer.'),
  product('tent-w', 'Winter tent', 'Stands snow and storm on high mountains.'),
  product('bag-s', 'Summer sleeping bag', 'Small and light for warm nights in a tent.'),
  product(
    'bag-w',
    'Down sleeping bag',
    'Warm to minus twenty degrees: the bag for winter camping and for winter hiking.',
  ),
  product('mat', 'Sleeping mat', 'Inflatable mat that insulates from cold ground, fits into every sleeping bag.'),
  product('stove-g', 'Gas stove', 'Boils water in three minutes. Gas cartridge sold apart.'),
  product('stove-w', 'Wood stove', 'Burns twigs: no gas needed. A camping stove that packs flat.'),
  product('gas', 'Gas cartridge', 'Fuel for every gas stove, also in winter.'),
  product('pot', 'Camping pot', 'Aluminium pot with a lid that serves as a pan.'),
  product('bottle', 'Steel bottle', 'Water bottle of steel, keeps tea warm for a winter day.'),
  product('filter', 'Water filter', 'Makes clear water from streams; fits on a bottle.'),
  product('boot-w', 'Winter boots', 'Lined boots for snow, warm and waterproof.'),
  product('boot-h', 'Hiking boots', 'Leather boots for mountains, waterproof, with a firm sole.'),
  product('shoe', 'Trail running shoes', 'Light shoes for running on trails, not waterproof.'),
  product('sock', 'Wool socks', 'Warm socks for hiking boots and winter boots.'),
  product('jacket-r', 'Rain jacket', 'Waterproof jacket, packs into its own bag.'),
  product('jacket-d', 'Down jacket', 'Warm and light jacket for cold days; not for rain.'),
  product('pack-s', 'Day pack', 'Backpack of twenty litres with a pocket for a bottle.'),
  product(
    'pack-l',
    'Hiking backpack',
    'Backpack of sixty litres, carries tent, sleeping bag and stove; rain cover included.',
  ),
  product('lamp', 'Head lamp', 'Light for the head: running at night, or reading in a tent.'),
  product('lamp-c', 'Camping lantern', 'Lamp that hangs in a tent and lights a table.'),
  product('chair', 'Camping chair', 'Folding chair, light aluminium.'),
  product('pole', 'Hiking poles', 'A pair of poles of aluminium, foldable, for hiking in mountains.'),
];

/** Queries of customers, each with what they had looked for, the best first. */
export interface Judgement {
  readonly query: string;
  readonly relevant: readonly string[];
}

export const judgements: readonly Judgement[] = [
  { query: 'tent', relevant: ['tent-2', 'tent-4', 'tent-w'] },
  { query: 'winter tent', relevant: ['tent-w'] },
  { query: 'sleeping bag winter', relevant: ['bag-w', 'bag-s'] },
  { query: 'light tent', relevant: ['tent-2'] },
  { query: 'camp stove', relevant: ['stove-w', 'stove-g'] },
  { query: 'gas', relevant: ['gas', 'stove-g'] },
  { query: 'water bottle', relevant: ['bottle', 'filter'] },
  { query: 'boots winter', relevant: ['boot-w', 'sock'] },
  { query: 'waterproof jacket', relevant: ['jacket-r'] },
  { query: 'warm jacket', relevant: ['jacket-d'] },
  { query: 'hiking backpack', relevant: ['pack-l', 'pack-s'] },
  { query: 'lamp for camping', relevant: ['lamp-c', 'lamp'] },
];

/** Queries that no trial sees, for the winner. */
export const heldOut: readonly Judgement[] = [
  { query: 'family camping tent', relevant: ['tent-4'] },
  { query: 'hike boot', relevant: ['boot-h'] },
  { query: 'warm sleeping bag', relevant: ['bag-w', 'bag-s'] },
  { query: 'light for tent', relevant: ['lamp-c', 'lamp'] },
  { query: 'stove fuel', relevant: ['gas', 'stove-w'] },
];
