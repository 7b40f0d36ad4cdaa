/*
 * The estimate from coupons: two items share one now and then, which a cubic curve
 * corrects.
 *
 * The constants are those of Apache DataSketches (Apache License 2.0), so that answers
 * agree.
 */
#include "hll_registers.h"

struct hll_point {
    double x;
    double y;
};

double hll_coupon_estimate(uint32_t count)
{
    static const struct hll_point curve[] = {
        {0, 0},
        {1, 1},
        {20, 20.0000009437402611},
        {400, 400.0003963713384110},
        {8000, 8000.1589294602090376},
        {160000, 160063.6067763759638183},
        {300000, 300223.7071597663452849},
        {600000, 600895.5933856170158833},
    };
    double c = count;
    int first = 0; /* of the four points around c */
    while (first < 4 && curve[first + 2].x <= c) {
        first++;
    }
    double sum = 0;
    for (int i = first; i < first + 4; i++) {
        double above = 1;
        double below = 1;
        for (int j = first; j < first + 4; j++) {
            if (j != i) {
                above *= c - curve[j].x;
                below *= curve[i].x - curve[j].x;
            }
        }
        sum += curve[i].y * above / below;
    }
    return sum > c ? sum : c;
}
