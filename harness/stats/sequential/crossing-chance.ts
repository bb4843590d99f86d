import { normalCdf } from "../distributions.js";

/**
 * Chance that a standard Brownian motion without drift crosses, within a time, a line that starts at a distance and rises
 * with a slope (Bachelier and Lévy): Φ(−(A + bT)/√T) + exp(−2Ab)·Φ(−(A − bT)/√T).
 * @param distance A ≥ 0.
 * @param slope b.
 * @param time T > 0.
 */
export function crossingChance(distance: number, slope: number, time: number): number {
  const root = Math.sqrt(time);
  return (
    normalCdf(-(distance + slope * time) / root) +
    Math.exp(-2 * distance * slope) * normalCdf(-(distance - slope * time) / root)
  );
}

/** Minus the derivative of {@link crossingChance} by the distance: how fast the chance grows as the line comes nearer. */
export function crossingSlope(distance: number, slope: number, time: number): number {
  const root = Math.sqrt(time);
  const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const mirrored = Math.exp(-2 * distance * slope);
  const beyond = (distance - slope * time) / root;
  return (
    density((distance + slope * time) / root) / root +
    2 * slope * mirrored * normalCdf(-beyond) +
    (mirrored * density(beyond)) / root
  );
}
