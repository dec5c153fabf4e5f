package io.sirsi.scheduler.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A file of the history that will not change any more, with its index on disk. Only the Bloom
 * filters are in memory. The index is a file beside the data:
 *
 * <pre>
 * header  magic 8 | version 4 | salt of the data 8 | tasks 4 | keys 4 | length of the data 8
 *         | first end 8 | last end 8 | CRC32C of header and filters 4
 * filters of the tasks, of the keys; zeros up to the next page
 * pages   tasks, then keys: value 16 | offset 4, in unsigned order
 *         order of appending: offset 4 | bits of the session 4 | other bits 4
 * page    entries 4080 | zeros 12 | CRC32C of page number and entries 4
 * </pre>
 *
 * Everything in it follows from the data; one that is damaged is made again. Immutable.
 */
final class SealedFile implements HistoryFile {

    /** An index is damaged, or is not the one of its data. */
    static final class DamagedIndexException extends IOException {

        private static final long serialVersionUID = 1L;

        DamagedIndexException(String sentence) {
            super(sentence);
        }
    }

    private static final long MAGIC = 0x5349525349494458L; // SIRSIIDX
    private static final int VERSION = 1;
    private static final int HEADER_USED = 52;
    private static final int HEADER_LENGTH = 64;

    private static final int PAGE_LENGTH = 4096;
    private static final int PAGE_USED = 4080;
    private static final int ENTRY_LENGTH = 20;
    private static final int ENTRIES = PAGE_USED / ENTRY_LENGTH;
    private static final int ORDER_LENGTH = 12;

    /** How many tasks a page of the order of appending holds. */
    static final int ORDERS = PAGE_USED / ORDER_LENGTH;

    private final long number;
    private final String dataName;
    private final String indexName;
    private final HistoryFrames frames;
    private final int count;
    private final int keyCount;
    private final long dataLength;
    private final long lastEnd;
    private final Bloom ids;
    private final Bloom keys;

    private SealedFile(
            long number,
            HistoryFrames frames,
            int count,
            int keyCount,
            long dataLength,
            long lastEnd,
            Bloom ids,
            Bloom keys) {
        this.number = number;
        this.dataName = HistoryFile.dataName(number);
        this.indexName = HistoryFile.indexName(number);
        this.frames = frames;
        this.count = count;
        this.keyCount = keyCount;
        this.dataLength = dataLength;
        this.lastEnd = lastEnd;
        this.ids = ids;
        this.keys = keys;
    }

    /**
     * Writes the index of a file; when this returns, it is on disk.
     *
     * @param disk where
     * @param file what is in the data file, all of which is written
     * @param dataLength how long the data file is, in bytes
     */
    static SealedFile write(HistoryDisk disk, LiveFile file, long dataLength) throws IOException {
        OffsetTable.Entry[] tasks = file.ids().sorted();
        OffsetTable.Entry[] keys = file.keys().sorted();
        SealedFile sealed =
                new SealedFile(
                        file.number(),
                        file.frames(),
                        file.count(),
                        keys.length,
                        dataLength,
                        file.lastEnd(),
                        filter(tasks),
                        filter(keys));
        ByteBuffer index = ByteBuffer.allocate(Math.toIntExact(sealed.indexLength()));
        index.putLong(MAGIC).putInt(VERSION).putLong(file.frames().salt());
        index.putInt(file.count()).putInt(keys.length).putLong(dataLength);
        index.putLong(file.firstEnd()).putLong(file.lastEnd());
        index.position(HEADER_LENGTH);
        sealed.ids.write(index);
        sealed.keys.write(index);
        index.putInt(HEADER_USED, headSum(index.duplicate().flip()));
        int page = sealed.firstPage();
        page = putPages(index, page, padded(tasks, file.count()));
        page = putPages(index, page, keys);
        for (int i = 0; i < file.count(); page++) {
            index.position(page * PAGE_LENGTH);
            for (int end = Math.min(file.count(), i + ORDERS); i < end; i++) {
                index.putInt(file.offset(i)).putInt(file.session(i)).putInt(file.bits(i));
            }
            putPageSum(index, page);
        }
        String temporary = sealed.indexName() + ".tmp";
        disk.delete(temporary);
        disk.create(temporary);
        disk.writeFully(temporary, index.clear(), 0);
        disk.force(temporary);
        disk.rename(temporary, sealed.indexName());
        disk.forceNames();
        return sealed;
    }

    /**
     * A task may be in the data twice after a crash, and then there are fewer names than records.
     * The last one is repeated, so that the table ends where the header says it does.
     */
    private static OffsetTable.Entry[] padded(OffsetTable.Entry[] tasks, int count) {
        if (tasks.length == count) {
            return tasks;
        }
        OffsetTable.Entry[] all = Arrays.copyOf(tasks, count);
        Arrays.fill(all, tasks.length, count, tasks[tasks.length - 1]);
        return all;
    }

    /**
     * Reads the filters of an index.
     *
     * @param disk where it is
     * @param number the number of the file
     * @return the file
     * @throws DamagedIndexException if it is damaged, or of other data than there are
     */
    static SealedFile open(HistoryDisk disk, long number) throws IOException {
        String name = HistoryFile.indexName(number);
        long size = disk.size(name);
        ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH);
        disk.readFully(name, header, 0);
        if (header.flip().limit() < HEADER_LENGTH
                || header.getLong() != MAGIC
                || header.getInt() != VERSION) {
            throw new DamagedIndexException(name + " is not an index");
        }
        long salt = header.getLong();
        int count = header.getInt();
        int keyCount = header.getInt();
        long dataLength = header.getLong();
        header.getLong(); // when the first of them ended, for people who look at files
        long lastEnd = header.getLong();
        if (count < 0 || keyCount < 0 || indexLength(count, keyCount) != size) {
            throw new DamagedIndexException(name + " has a length that is not its own");
        }
        ByteBuffer head =
                ByteBuffer.allocate(HEADER_LENGTH + Bloom.bytes(count) + Bloom.bytes(keyCount));
        disk.readFully(name, head, 0);
        if (head.hasRemaining() || head.getInt(HEADER_USED) != headSum(head.flip())) {
            throw new DamagedIndexException(name + " is damaged in its head");
        }
        if (disk.size(HistoryFile.dataName(number)) != dataLength) {
            throw new DamagedIndexException(name + " is the index of data of another length");
        }
        head.position(HEADER_LENGTH);
        return new SealedFile(
                number,
                new HistoryFrames(salt),
                count,
                keyCount,
                dataLength,
                lastEnd,
                Bloom.read(count, head),
                Bloom.read(keyCount, head));
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public String dataName() {
        return dataName;
    }

    @Override
    public String indexName() {
        return indexName;
    }

    @Override
    public HistoryFrames frames() {
        return frames;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long bytes() {
        return dataLength + indexLength();
    }

    @Override
    public long lastEnd() {
        return lastEnd;
    }

    /** {@return the length of the data, in bytes} */
    long dataLength() {
        return dataLength;
    }

    /** {@return the offset of a task; 0 if it is not here} */
    int findTask(HistoryDisk disk, long high, long low) throws IOException {
        return ids.mayContain(high, low) ? search(disk, firstPage(), count, high, low) : 0;
    }

    /** {@return the offset of the last task with a key; 0 if there is none} */
    int findKey(HistoryDisk disk, long high, long low) throws IOException {
        return keys.mayContain(high, low)
                ? search(disk, firstPage() + pages(count, ENTRIES), keyCount, high, low)
                : 0;
    }

    /**
     * Reads a page of the order of appending.
     *
     * @param disk where
     * @param page which, from 0
     * @return offset, session and bits of each task, the oldest first; nothing behind the last page
     */
    ByteBuffer order(HistoryDisk disk, int page) throws IOException {
        if (page >= pages(count, ORDERS)) {
            return ByteBuffer.allocate(0);
        }
        int first = firstPage() + pages(count, ENTRIES) + pages(keyCount, ENTRIES);
        int entries = Math.min(ORDERS, count - page * ORDERS);
        return page(disk, first + page).limit(entries * ORDER_LENGTH);
    }

    /** {@return how many pages the order of appending has} */
    int orderPages() {
        return pages(count, ORDERS);
    }

    /**
     * Looks where the value would be if all were at equal distances, as random ones nearly are, and
     * halves what is left from there on.
     */
    private int search(HistoryDisk disk, int firstPage, int entries, long high, long low)
            throws IOException {
        int from = 0;
        int to = pages(entries, ENTRIES) - 1;
        int page = (int) Math.min(to, (high >>> 1) / 0x1p63 * entries / ENTRIES);
        boolean guessed = true;
        while (from <= to) {
            ByteBuffer content = page(disk, firstPage + page);
            int last = Math.min(ENTRIES, entries - page * ENTRIES) - 1;
            int step;
            if (compare(content, 0, high, low) > 0) {
                to = page - 1;
                step = -1;
            } else if (compare(content, last, high, low) < 0) {
                from = page + 1;
                step = 1;
            } else {
                return searchPage(content, last, high, low);
            }
            page = guessed ? page + step : (from + to) >>> 1;
            guessed = false;
        }
        return 0;
    }

    private static int searchPage(ByteBuffer page, int last, long high, long low) {
        int from = 0;
        int to = last;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = compare(page, middle, high, low);
            if (order == 0) {
                return page.getInt(middle * ENTRY_LENGTH + 16);
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return 0;
    }

    private static int compare(ByteBuffer page, int entry, long high, long low) {
        int upper = Long.compareUnsigned(page.getLong(entry * ENTRY_LENGTH), high);
        return upper != 0
                ? upper
                : Long.compareUnsigned(page.getLong(entry * ENTRY_LENGTH + 8), low);
    }

    private ByteBuffer page(HistoryDisk disk, int number) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PAGE_LENGTH);
        disk.readFully(indexName, page, (long) number * PAGE_LENGTH);
        if (page.hasRemaining()
                || page.getInt(PAGE_LENGTH - 4) != pageSum(number, page.clear().limit(PAGE_USED))) {
            throw new DamagedIndexException(indexName + " is damaged in page " + number);
        }
        return page.clear();
    }

    private int firstPage() {
        return pages(HEADER_LENGTH + Bloom.bytes(count) + Bloom.bytes(keyCount), PAGE_LENGTH);
    }

    private long indexLength() {
        return indexLength(count, keyCount);
    }

    private static long indexLength(int count, int keyCount) {
        long head = HEADER_LENGTH + (long) Bloom.bytes(count) + Bloom.bytes(keyCount);
        long pages =
                pages(head, PAGE_LENGTH)
                        + (long) pages(count, ENTRIES)
                        + pages(keyCount, ENTRIES)
                        + pages(count, ORDERS);
        return pages * PAGE_LENGTH;
    }

    private static int pages(long entries, int perPage) {
        return (int) ((entries + perPage - 1) / perPage);
    }

    private static Bloom filter(OffsetTable.Entry[] entries) {
        Bloom filter = new Bloom(entries.length);
        for (OffsetTable.Entry entry : entries) {
            filter.add(entry.high(), entry.low());
        }
        return filter;
    }

    private static int putPages(ByteBuffer index, int firstPage, OffsetTable.Entry[] entries) {
        int page = firstPage;
        for (int i = 0; i < entries.length; page++) {
            index.position(page * PAGE_LENGTH);
            for (int end = Math.min(entries.length, i + ENTRIES); i < end; i++) {
                index.putLong(entries[i].high()).putLong(entries[i].low());
                index.putInt(entries[i].offset());
            }
            putPageSum(index, page);
        }
        return page;
    }

    private static void putPageSum(ByteBuffer index, int page) {
        ByteBuffer used = index.duplicate().clear().position(page * PAGE_LENGTH);
        used.limit(page * PAGE_LENGTH + PAGE_USED);
        index.putInt((page + 1) * PAGE_LENGTH - 4, pageSum(page, used));
    }

    private static int pageSum(int number, ByteBuffer used) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(4).putInt(number).flip());
        crc.update(used);
        return (int) crc.getValue();
    }

    /** The sum over header and filters, but for the sum itself. */
    private static int headSum(ByteBuffer head) {
        CRC32C crc = new CRC32C();
        crc.update(head.duplicate().position(0).limit(HEADER_USED));
        crc.update(head.duplicate().position(HEADER_USED + 4));
        return (int) crc.getValue();
    }
}
