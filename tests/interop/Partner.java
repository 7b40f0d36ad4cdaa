import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.datasketches.common.ArrayOfStringsSerDe;
import org.apache.datasketches.frequencies.ItemsSketch;
import org.apache.datasketches.frequencies.LongsSketch;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.datasketches.kll.KllLongsSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;
import org.apache.datasketches.tdigest.TDigestDouble;
import org.apache.datasketches.theta.CompactSketch;
import org.apache.datasketches.theta.SetOperation;
import org.apache.datasketches.theta.UpdateSketch;

/** Apache DataSketches for Java, asked by lines on standard input: see remote.py. */
public class Partner {
    static final HexFormat HEX = HexFormat.of();
    static final QuantileSearchCriteria INCLUSIVE = QuantileSearchCriteria.INCLUSIVE;
    static final ArrayOfStringsSerDe STRINGS = new ArrayOfStringsSerDe();

    static String text(String hex) {
        return new String(HEX.parseHex(hex), StandardCharsets.UTF_8);
    }

    static Memory memory(String hex) {
        return Memory.wrap(HEX.parseHex(hex));
    }

    static ItemsSketch<String> strings(String hex) {
        return ItemsSketch.getInstance(memory(hex), STRINGS);
    }

    static String build(String family, String kind, int size, List<String> values) {
        switch (family) {
        case "hll": {
            HllSketch sketch = new HllSketch(size, TgtHllType.HLL_8);
            for (String value : values) {
                switch (kind) {
                case "long": sketch.update(Long.parseLong(value)); break;
                case "double": sketch.update(Double.parseDouble(value)); break;
                case "string": sketch.update(text(value)); break;
                default: sketch.update(HEX.parseHex(value));
                }
            }
            return HEX.formatHex(sketch.toCompactByteArray());
        }
        case "theta": {
            UpdateSketch sketch = UpdateSketch.builder().setNominalEntries(1 << size).build();
            for (String value : values) {
                switch (kind) {
                case "long": sketch.update(Long.parseLong(value)); break;
                case "double": sketch.update(Double.parseDouble(value)); break;
                case "string": sketch.update(text(value)); break;
                default: sketch.update(HEX.parseHex(value));
                }
            }
            return HEX.formatHex(sketch.compact().toByteArray());
        }
        case "kll": return buildKll(kind, size, values);
        case "tdigest": {
            TDigestDouble sketch = new TDigestDouble((short) size);
            values.forEach(value -> sketch.update(Double.parseDouble(value)));
            return HEX.formatHex(sketch.toByteArray());
        }
        default:
            if (kind.equals("string")) {
                ItemsSketch<String> sketch = new ItemsSketch<>(1 << size);
                values.forEach(value -> sketch.update(text(value)));
                return HEX.formatHex(sketch.toByteArray(STRINGS));
            }
            LongsSketch sketch = new LongsSketch(1 << size);
            values.forEach(value -> sketch.update(Long.parseLong(value)));
            return HEX.formatHex(sketch.toByteArray());
        }
    }

    static String buildKll(String kind, int size, List<String> values) {
        if (kind.equals("float")) {
            KllFloatsSketch sketch = KllFloatsSketch.newHeapInstance(size);
            values.forEach(value -> sketch.update(Float.parseFloat(value)));
            return HEX.formatHex(sketch.toByteArray());
        }
        if (kind.equals("integer")) {
            KllLongsSketch sketch = KllLongsSketch.newHeapInstance(size);
            values.forEach(value -> sketch.update(Long.parseLong(value)));
            return HEX.formatHex(sketch.toByteArray());
        }
        KllDoublesSketch sketch = KllDoublesSketch.newHeapInstance(size);
        values.forEach(value -> sketch.update(Double.parseDouble(value)));
        return HEX.formatHex(sketch.toByteArray());
    }

    static String merge(String family, String kind, int size, List<String> images) {
        switch (family) {
        case "hll": {
            var union = new org.apache.datasketches.hll.Union(size);
            images.forEach(image -> union.update(HllSketch.heapify(HEX.parseHex(image))));
            return HEX.formatHex(union.getResult(TgtHllType.HLL_8).toCompactByteArray());
        }
        case "theta": {
            var union = SetOperation.builder().setNominalEntries(1 << size).buildUnion();
            images.forEach(image -> union.union(CompactSketch.heapify(memory(image))));
            return HEX.formatHex(union.getResult().toByteArray());
        }
        case "kll": {
            KllDoublesSketch into = KllDoublesSketch.newHeapInstance(size);
            images.forEach(image -> into.merge(KllDoublesSketch.heapify(memory(image))));
            return HEX.formatHex(into.toByteArray());
        }
        case "tdigest": {
            TDigestDouble into = new TDigestDouble((short) size);
            images.forEach(image -> into.merge(TDigestDouble.heapify(memory(image))));
            return HEX.formatHex(into.toByteArray());
        }
        default:
            if (kind.equals("string")) {
                ItemsSketch<String> into = new ItemsSketch<>(1 << size);
                images.forEach(image -> into.merge(strings(image)));
                return HEX.formatHex(into.toByteArray(STRINGS));
            }
            LongsSketch into = new LongsSketch(1 << size);
            images.forEach(image -> into.merge(LongsSketch.getInstance(memory(image))));
            return HEX.formatHex(into.toByteArray());
        }
    }

    static String again(String family, String kind, String image) {
        switch (family) {
        case "hll": return HEX.formatHex(HllSketch.heapify(HEX.parseHex(image)).copyAs(TgtHllType.HLL_8).toCompactByteArray());
        case "theta": return HEX.formatHex(CompactSketch.heapify(memory(image)).toByteArray());
        case "kll": return HEX.formatHex(KllDoublesSketch.heapify(memory(image)).toByteArray());
        case "tdigest": return HEX.formatHex(TDigestDouble.heapify(memory(image)).toByteArray());
        default: return HEX.formatHex(kind.equals("string") ? strings(image).toByteArray(STRINGS)
                                      : LongsSketch.getInstance(memory(image)).toByteArray());
        }
    }

    static String algebra(String verb, String first, String second) {
        CompactSketch left = CompactSketch.heapify(memory(first)), right = CompactSketch.heapify(memory(second));
        if (verb.equals("union")) {
            return HEX.formatHex(SetOperation.builder().buildUnion().union(left, right).toByteArray());
        }
        return HEX.formatHex((verb.equals("intersect") ? SetOperation.builder().buildIntersection().intersect(left, right)
                              : SetOperation.builder().buildANotB().aNotB(left, right)).toByteArray());
    }

    static String askKll(String kind, String image, List<String> probes) {
        StringBuilder said = new StringBuilder();
        if (kind.equals("double")) {
            KllDoublesSketch sketch = KllDoublesSketch.heapify(memory(image));
            said.append("n=" + sketch.getN() + " error=" + sketch.getNormalizedRankError(false));
            if (!sketch.isEmpty()) {
                said.append(" min=" + sketch.getMinItem() + " max=" + sketch.getMaxItem());
                for (int i = 0; i < probes.size(); i++) {
                    said.append(" rank" + i + "=" + sketch.getRank(Double.parseDouble(probes.get(i)), INCLUSIVE));
                }
            }
        } else if (kind.equals("float")) {
            KllFloatsSketch sketch = KllFloatsSketch.heapify(memory(image));
            said.append("n=" + sketch.getN() + " min=" + (double) sketch.getMinItem() + " max=" + (double) sketch.getMaxItem());
            for (int i = 0; i < probes.size(); i++) {
                said.append(" rank" + i + "=" + sketch.getRank(Float.parseFloat(probes.get(i)), INCLUSIVE));
            }
        } else {
            KllLongsSketch sketch = KllLongsSketch.heapify(memory(image));
            said.append("n=" + sketch.getN() + " min=" + sketch.getMinItem() + " max=" + sketch.getMaxItem());
            for (int i = 0; i < probes.size(); i++) {
                said.append(" rank" + i + "=" + sketch.getRank(Long.parseLong(probes.get(i)), INCLUSIVE));
            }
        }
        return said.toString();
    }

    static String ask(String family, String kind, String image, List<String> probes) {
        StringBuilder said = new StringBuilder();
        switch (family) {
        case "hll": {
            HllSketch sketch = HllSketch.heapify(HEX.parseHex(image));
            return "estimate=" + sketch.getEstimate() + " lower=" + sketch.getLowerBound(2) + " upper=" + sketch.getUpperBound(2);
        }
        case "theta": {
            CompactSketch sketch = CompactSketch.heapify(memory(image));
            return "estimate=" + sketch.getEstimate() + " lower=" + sketch.getLowerBound(2) + " upper=" + sketch.getUpperBound(2);
        }
        case "kll": return askKll(kind, image, probes);
        case "tdigest": {
            TDigestDouble sketch = TDigestDouble.heapify(memory(image));
            said.append("n=" + sketch.getTotalWeight());
            if (!sketch.isEmpty()) {
                said.append(" min=" + sketch.getMinValue() + " max=" + sketch.getMaxValue());
                for (int i = 0; i < probes.size(); i++) {
                    said.append(" rank" + i + "=" + sketch.getRank(Double.parseDouble(probes.get(i))));
                }
            }
            return said.toString();
        }
        default: {
            ItemsSketch<String> texts = kind.equals("string") ? strings(image) : null;
            LongsSketch longs = texts == null ? LongsSketch.getInstance(memory(image)) : null;
            for (int i = 0; i < probes.size(); i++) {
                String probe = probes.get(i);
                said.append(" lower" + i + "=" + (texts != null ? texts.getLowerBound(text(probe)) : longs.getLowerBound(Long.parseLong(probe))));
                said.append(" upper" + i + "=" + (texts != null ? texts.getUpperBound(text(probe)) : longs.getUpperBound(Long.parseLong(probe))));
            }
            return said.toString().trim();
        }
        }
    }

    static String answer(List<String> words) throws Exception {
        String verb = words.get(0), family = words.get(1), kind = words.get(2);
        int size = Integer.parseInt(words.get(3));
        List<String> rest = words.subList(4, words.size());
        switch (verb) {
        case "build": return build(family, kind, size, Files.readAllLines(Path.of(rest.get(0))));
        case "merge": return merge(family, kind, size, rest);
        case "again": return again(family, kind, rest.get(0));
        case "ask": return ask(family, kind, rest.get(0), rest.subList(1, rest.size()));
        default: return algebra(verb, rest.get(0), rest.get(1));
        }
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = requests.readLine()) != null;) {
            List<String> words = new ArrayList<>();
            for (String word : line.split(" ")) {
                words.add(word.equals("-") ? "" : word);
            }
            try {
                System.out.println(answer(words));
            } catch (Exception | Error error) {
                System.out.println("! " + String.valueOf(error).replace('\n', ' '));
            }
            System.out.flush();
        }
    }
}
