/**
 * Solves A x = b for a symmetric positive definite A of order n.
 *
 * @param matrix A row by row, n² entries; only the lower triangle is read
 * @param right b, n entries
 * @returns x, or undefined when A is not positive definite to working precision
 */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const order = right.length;
  const factor = factorise(matrix, order);
  if (factor === undefined) return undefined;
  const solution = right.slice();
  for (let row = 0; row < order; row++) {
    let sum = solution[row] ?? 0;
    for (let column = 0; column < row; column++) {
      sum -= (factor[row * order + column] ?? 0) * (solution[column] ?? 0);
    }
    solution[row] = sum / (factor[row * order + row] ?? 1);
  }
  for (let row = order - 1; row >= 0; row--) {
    let sum = solution[row] ?? 0;
    for (let below = row + 1; below < order; below++) {
      sum -= (factor[below * order + row] ?? 0) * (solution[below] ?? 0);
    }
    solution[row] = sum / (factor[row * order + row] ?? 1);
  }
  return solution;
}

/** The lower Cholesky factor, row by row. A pivot lost to rounding counts as not positive. */
function factorise(matrix: Float64Array, order: number): Float64Array | undefined {
  const factor = new Float64Array(order * order);
  for (let row = 0; row < order; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * order + column] ?? 0;
      for (let inner = 0; inner < column; inner++) {
        sum -= (factor[row * order + inner] ?? 0) * (factor[column * order + inner] ?? 0);
      }
      if (row === column) {
        const diagonal = matrix[row * order + row] ?? 0;
        if (!(sum > 1e-13 * diagonal)) return undefined;
        factor[row * order + row] = Math.sqrt(sum);
      } else {
        factor[row * order + column] = sum / (factor[column * order + column] ?? 1);
      }
    }
  }
  return factor;
}
